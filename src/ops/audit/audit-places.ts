import pMap from 'p-map';
import { createCloudTrailHistory } from '../aws/cloudtrail-history.ts';
import type { Connection } from '../aws/connection.ts';
import { createEc2Inventory } from '../aws/ec2-inventory.ts';
import { readFailure } from '../aws/failure.ts';
import { OpsError } from '../errors.ts';
import { auditPlace, type AuditedRules, type PlaceAudit } from './audit-place.ts';
import type { AuditedPlace, PlaceProblem } from './places.ts';

/** A place, and what calls there are made with. */
export interface ConnectedPlace extends AuditedPlace {
  readonly connection: Connection;
}

export interface Audit {
  readonly places: readonly PlaceAudit[];
  /** Where instances could not be listed. */
  readonly unread: readonly PlaceProblem[];
}

export interface AuditSettings extends AuditedRules {
  /** Whether CloudTrail is asked who launched what the tags do not tell. */
  readonly asksCloudTrail: boolean;
}

/** Accounts and regions that are read at a time; EC2 and CloudTrail throttle each by itself. */
const CONCURRENCY = 20;

/**
 * Audits accounts and regions side by side. One that cannot be read does not keep the others from being shown. The clients
 * of one are let go of when it is done, so that 1,700 take no more memory and connections than 20.
 *
 * @param done told of the number of places that are done
 * @throws the SDK's error when the caller has no valid credentials at all
 */
export async function auditPlaces(
  places: readonly ConnectedPlace[],
  settings: AuditSettings,
  done: (places: number) => void,
): Promise<Audit> {
  let count = 0;
  const audits = await pMap(
    places,
    async (place): Promise<PlaceAudit | PlaceProblem> => {
      const inventory = createEc2Inventory(place.connection);
      const history = settings.asksCloudTrail ? createCloudTrailHistory(place.connection) : undefined;
      try {
        return await auditPlace(place, { inventory, history }, settings);
      } catch (error) {
        return { account: place.account, region: place.region, problem: problemOf(place, error) };
      } finally {
        inventory.close();
        history?.close();
        done(++count);
      }
    },
    { concurrency: CONCURRENCY },
  );
  return {
    places: audits.filter((audit) => 'nameless' in audit),
    unread: audits.filter((audit) => 'problem' in audit),
  };
}

/** Whether an audit was of more than one account, so that it has to be said which an instance is of. */
export function isOfSeveralAccounts({ places, unread }: Audit): boolean {
  return new Set([...places, ...unread].map(({ account }) => account)).size > 1;
}

/** @throws the error when it is one of every place */
function problemOf({ connection }: ConnectedPlace, error: unknown): string {
  if (error instanceof OpsError) return error.message;
  const failure = readFailure(error);
  switch (failure?.kind) {
    case undefined:
    case 'no-region':
      throw error;
    case 'no-credentials':
    case 'expired-credentials':
      // Of a role that was taken on it is a matter of that account, whoever else lets the caller in.
      if (connection.credentials === undefined) throw error;
      return failure.detail;
    // EC2 also says that of a region which is not enabled for the account.
    case 'bad-credentials':
    case 'denied':
    case 'throttled':
    case 'unreachable':
    case 'missing':
    case 'other':
      return failure.detail;
  }
}
