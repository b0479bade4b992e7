import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { ec2 } from './clients.ts';
import { deadLetters, type FailureRecord } from './dead-letters.ts';
import { logLines } from './function-log.ts';
import { launchWithSdk } from './launches.ts';
import type { Outputs } from './stack.ts';
import { eventOf } from './trail.ts';

/** A launch whose event is to be delivered under faults. */
export interface FaultyLaunch {
  readonly instanceIds: readonly string[];
  readonly nameless: boolean;
  readonly event: ReturnType<typeof eventOf>;
}

/** An event of these launches that lies in the dead-letter queue. */
export interface Letter {
  readonly instanceIds: readonly string[];
  readonly record: FailureRecord;
}

/**
 * The launches take turns: nameless; named since, so that only EC2 tells; nameless, two instances; named at launch.
 */
export async function faultyLaunch(index: number): Promise<FaultyLaunch> {
  switch (index % 4) {
    case 0:
      return nameless(1);
    case 1:
      return namedSince();
    case 2:
      return nameless(2);
    default: {
      const tags = [{ key: 'Name', value: `web-${index}` }];
      const { instanceIds, call } = await launchWithSdk({ tags });
      return { instanceIds, nameless: false, event: eventOf(call) };
    }
  }
}

async function nameless(count: number): Promise<FaultyLaunch> {
  const { instanceIds, call } = await launchWithSdk({ count });
  return { instanceIds, nameless: true, event: eventOf(call) };
}

async function namedSince(): Promise<FaultyLaunch> {
  const { instanceIds, call } = await launchWithSdk();
  const tags = [{ Key: 'Name', Value: 'named since' }];
  await ec2.send(new CreateTagsCommand({ Resources: [...instanceIds], Tags: tags }));
  return { instanceIds, nameless: false, event: eventOf(call) };
}

/**
 * What came of the launches so far: those in the dead-letter queue, and the ids of instances that are neither there
 * nor settled by the function's own account.
 */
export async function outcomeOf(
  launches: readonly FaultyLaunch[],
  stack: Outputs,
): Promise<{ readonly letters: readonly Letter[]; readonly undecided: readonly string[] }> {
  const records = new Map<unknown, FailureRecord>(
    (await deadLetters(stack.DeadLetterQueueUrl)).map((record) => [
      record.requestPayload.detail.eventID,
      record,
    ]),
  );
  const letters = launches.flatMap(({ instanceIds, event }) => {
    const record = records.get(event.detail['eventID']);
    return record === undefined ? [] : [{ instanceIds, record }];
  });
  const lines = await logLines(stack.LogGroupName);
  const decided = new Set([
    ...letters.flatMap(({ instanceIds }) => instanceIds),
    ...lines.filter(({ message }) => message === 'instance settled').map(({ instanceId }) => instanceId),
  ]);
  const instanceIds = launches.flatMap((launch) => launch.instanceIds);
  return { letters, undecided: instanceIds.filter((id) => !decided.has(id)) };
}
