import type { InstanceFleet, LiveInstance } from '../../enforcer/fleet.ts';
import { chunk } from '../../enforcer/chunk.ts';
import type { InstanceId } from '../../enforcer/launch.ts';
import { judge } from '../../enforcer/judge.ts';
import type { Contents, DeadLetter } from './dead-letter.ts';

/** How an instance stands now, whatever its event says. */
export type Standing =
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'shown';
      readonly state: LiveInstance['state'];
      /** The value of its Name tag; undefined without one. */
      readonly name: string | undefined;
      /** Whether nothing is left to do: it is on its way down, named or exempt. */
      readonly settled: boolean;
    }
  /** EC2 does not show it: it is long gone, or of another account or region. */
  | { readonly instanceId: InstanceId; readonly kind: 'not-shown'; readonly settled: boolean }
  /** EC2 could not be asked. */
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'unknown';
      readonly settled: false;
      readonly detail: string;
    };

/** The standings of a launch, and whether these are all its instances. */
export interface Standings {
  readonly instances: readonly Standing[];
  /** False when the launch may have instances that are not listed here. */
  readonly complete: boolean;
}

/** Milliseconds that EC2 gets to answer. */
const PATIENCE = 60_000;

/**
 * EC2 shows a terminated instance for about an hour:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const TERMINATED_SHOWN_FOR = 3_600_000;

/**
 * Reads how the instances of dead letters stand now, many in one call.
 *
 * @returns the standings by message id
 */
export async function readStandings(
  letters: readonly DeadLetter[],
  fleet: InstanceFleet,
  exemptTagKeys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Standings>> {
  const listed = new Set(letters.flatMap(({ contents }) => listedIds(contents)));
  const shown = new Map<InstanceId, LiveInstance>();
  const unread = new Map<InstanceId, string>();
  const now = Date.now();
  for (const ids of chunk([...listed], fleet.limits.describe)) {
    const answer = await fleet.describe(ids, now + PATIENCE);
    if (answer.kind === 'described') for (const live of answer.instances) shown.set(live.instanceId, live);
    else for (const id of ids) unread.set(id, answer.kind === 'call-failed' ? answer.detail : 'no answer');
  }

  const standingOf = (contents: Contents, instanceId: InstanceId): Standing => {
    const detail = unread.get(instanceId);
    if (detail !== undefined) return { instanceId, kind: 'unknown', settled: false, detail };
    const live = shown.get(instanceId);
    if (live !== undefined) return standingOfLive(live, exemptTagKeys);
    const launchedAt = 'source' in contents ? contents.source.launchedAt : undefined;
    const longAgo = launchedAt !== undefined && now - launchedAt > TERMINATED_SHOWN_FOR;
    return { instanceId, kind: 'not-shown', settled: longAgo };
  };

  const standings = new Map<string, Standings>();
  for (const { messageId, contents } of letters) {
    if (contents.kind === 'unlisted') {
      const found = contents.reference && (await fleet.find(contents.reference, Date.now() + PATIENCE));
      const reference = contents.reference;
      // EC2 reads patterns in the value; what it shows is compared exactly.
      const own = (found?.kind === 'described' ? found.instances : []).filter((live) =>
        reference?.by === 'reservation-id'
          ? live.reservationId === reference.value
          : live.clientToken === reference?.value,
      );
      standings.set(messageId, {
        instances: own.map((live) => standingOfLive(live, exemptTagKeys)),
        complete: false,
      });
    } else {
      const instances = listedIds(contents).map((id) => standingOf(contents, id));
      standings.set(messageId, { instances, complete: contents.kind === 'listed' });
    }
  }
  return standings;
}

/** Whether nothing is left to do about any instance of the launch. */
export function isSettled({ instances, complete }: Standings): boolean {
  return complete && instances.every(({ settled }) => settled);
}

function listedIds(contents: Contents): InstanceId[] {
  return contents.kind === 'listed' ? contents.instances.map(({ instanceId }) => instanceId) : [];
}

function standingOfLive(live: LiveInstance, exemptTagKeys: ReadonlySet<string>): Standing {
  const { instanceId, state, tags } = live;
  const name = tags.find(({ key }) => key === 'Name')?.value;
  const goesDown = state === 'shutting-down' || state === 'terminated';
  const settled = goesDown || judge(tags, exemptTagKeys).verdict === 'spare';
  return { instanceId, kind: 'shown', state, name, settled };
}
