import { randomUUID } from 'node:crypto';
import { idOf } from './launches.ts';

interface StartParts {
  readonly instanceId?: string;
  readonly state?: string;
  /** ISO 8601 in UTC. */
  readonly time?: string;
  readonly account?: string;
  readonly region?: string;
}

/**
 * An event of EC2 for an instance that came to another state.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
export function startEvent({
  instanceId = idOf(1),
  state = 'running',
  time = '2026-03-01T09:00:00Z',
  account = '111122223333',
  region = 'eu-central-1',
}: StartParts = {}) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account,
    time,
    region,
    resources: [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state },
  };
}

/** Lambda's record of an invocation that failed three times. */
export function failureRecordOf(
  event: unknown,
  functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
) {
  return {
    version: '1.0',
    timestamp: '2026-03-01T09:06:00.000Z',
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'UnsettledInstancesError', errorMessage: 'Expected every instance ...' },
  };
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
