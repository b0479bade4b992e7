import pMap from 'p-map';
import { createCloudTrailHistory } from '../aws/cloudtrail-history.ts';
import type { Connection } from '../aws/connection.ts';
import { createEc2Inventory } from '../aws/ec2-inventory.ts';
import { readFailure } from '../aws/failure.ts';
import { auditRegion, type AuditedRules, type RegionAudit } from './audit-region.ts';

/** A region whose instances could not be listed, and why. */
interface UnreadRegion {
  readonly region: string;
  readonly problem: string;
}

export interface Audit {
  readonly regions: readonly RegionAudit[];
  readonly unread: readonly UnreadRegion[];
}

export interface AuditSettings extends AuditedRules {
  /** Whether CloudTrail is asked who launched what the tags do not tell. */
  readonly asksCloudTrail: boolean;
}

/** Regions that are read at a time; EC2 and CloudTrail throttle each region by itself. */
const CONCURRENCY = 6;

/**
 * Audits regions side by side. One that cannot be read does not keep the others from being shown.
 *
 * @param done told of the number of regions that are done
 * @throws the SDK's error when there are no valid credentials at all
 */
export async function auditRegions(
  regions: readonly string[],
  connection: Connection,
  settings: AuditSettings,
  done: (regions: number) => void,
): Promise<Audit> {
  let count = 0;
  const audits = await pMap(
    regions,
    async (region): Promise<RegionAudit | UnreadRegion> => {
      const here = { ...connection, region };
      const sources = {
        inventory: createEc2Inventory(here),
        history: settings.asksCloudTrail ? createCloudTrailHistory(here) : undefined,
      };
      const audit = await auditRegion(region, sources, settings).catch((error: unknown) =>
        unreadRegion(region, error),
      );
      done(++count);
      return audit;
    },
    { concurrency: CONCURRENCY },
  );
  return {
    regions: audits.filter((audit) => 'nameless' in audit),
    unread: audits.filter((audit) => 'problem' in audit),
  };
}

/** @throws the error when it is one of every region */
function unreadRegion(region: string, error: unknown): UnreadRegion {
  const failure = readFailure(error);
  switch (failure?.kind) {
    case undefined:
    case 'no-region':
    case 'no-credentials':
    case 'expired-credentials':
      throw error;
    // EC2 also says that of a region which is not enabled for the account.
    case 'bad-credentials':
    case 'denied':
    case 'throttled':
    case 'unreachable':
    case 'missing':
    case 'other':
      return { region, problem: failure.detail };
  }
}
