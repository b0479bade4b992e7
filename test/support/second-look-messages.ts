import { failureRecord } from '../../src/local/lambda/failure-record.ts';
import { startEvent as runningEvent } from '../../src/local/start-event.ts';
import { idOf } from './launches.ts';

interface StartParts {
  readonly instanceId?: string;
  readonly state?: string;
  /** ISO 8601 in UTC. */
  readonly time?: string;
  readonly account?: string;
  readonly region?: string;
}

/** An event of EC2 for an instance that came to another state, at a time to the millisecond. */
export function startEvent({
  instanceId = idOf(1),
  state = 'running',
  time = '2026-03-01T09:00:00Z',
  account = '111122223333',
  region = 'eu-central-1',
}: StartParts = {}) {
  const event = runningEvent(instanceId, Date.parse(time), { account, region });
  return { ...event, time, detail: { ...event.detail, state } };
}

/** Lambda's record of an invocation that failed three times. */
export function failureRecordOf(
  event: unknown,
  functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
) {
  const error = { name: 'UnsettledInstancesError', message: 'Expected every instance ...' };
  return failureRecord(event, error, functionArn);
}

/** A batch of messages as Lambda hands it over; bodies that are no texts are written as JSON. */
export function batchOf(...bodies: readonly unknown[]) {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index + 1}`,
      receiptHandle: 'handle',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1772355600000' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:SecondLookQueue',
      awsRegion: 'eu-west-1',
    })),
  };
}
