import { readFileSync } from 'node:fs';
import { CreateTrailCommand, DeleteTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { failureRecord } from '../../support/dead-letter-messages.ts';
import { launchEvent } from '../../support/launch-events.ts';
import { account, credentials, region } from '../setup/environment.ts';
import { localAws } from '../support/clients.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { startCallRecorder, type CallRecorder } from './call-recorder.ts';
import { putMessages } from './letters-in-queue.ts';
import { opsOver } from './run-ops.ts';

const stackName = 'policies';
const settings = { region, credentials, endpoint: localAws.aws };
const cloudTrail = new CloudTrailClient(settings);
let stack: Outputs;
let recorder: CallRecorder;

beforeAll(async () => {
  stack = await deploy(stackName);
  // Without a trail, doctor has none to look into.
  await new S3Client({ ...settings, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: 'policies-trail' }),
  );
  await cloudTrail.send(new CreateTrailCommand({ Name: 'policies', S3BucketName: 'policies-trail' }));
  await cloudTrail.send(new StartLoggingCommand({ Name: 'policies' }));
});
afterAll(async () => {
  await cloudTrail.send(new DeleteTrailCommand({ Name: 'policies' }));
  await remove(stackName);
});
beforeEach(async () => {
  recorder = await startCallRecorder((service) => (service === 'ec2' ? localAws.ec2 : localAws.aws));
});
afterEach(async () => recorder.close());

const Policy = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Statement: v.array(v.object({ Action: v.union([v.string(), v.array(v.string())]) })) }),
);

function actionsOf(file: string): string[] {
  const { Statement } = v.parse(Policy, readFileSync(`docs/iam/${file}.json`, 'utf8'));
  return Statement.flatMap(({ Action }) => Action).toSorted();
}

/** Dead letters of which a redrive settles one, and gives the other a new reason. */
async function fill(): Promise<void> {
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}`;
  const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 3 };
  const named = { ...launchEvent({ requestTags: [{ key: 'Name', value: 'web' }] }), account, region };
  await putMessages(stack.DeadLetterQueueUrl, [
    { body: { ...failureRecord(named), requestContext } },
    { body: { ...failureRecord({ no: 'event' }, { message: 'old' }), requestContext } },
  ]);
}

test.each([
  ['dead-letters-list', [['dead-letters', 'list']]],
  [
    'dead-letters-redrive',
    [
      ['dead-letters', 'redrive'],
      ['dead-letters', 'redrive', '--yes'],
    ],
  ],
  [
    'dead-letters-discard',
    [
      ['dead-letters', 'discard', '--all', '--reason', 'test'],
      ['dead-letters', 'discard', '--all', '--reason', 'test', '--yes'],
    ],
  ],
  ['doctor', [['doctor', '--probe']]],
])('docs/iam/%s.json names the calls that the command makes, and no other', async (file, commands) => {
  await fill();

  for (const command of commands) {
    const run = await opsOver(recorder.url, stackName, ...command);
    expect(run.stderr).not.toContain('defect');
  }

  // AWS allows GetCallerIdentity to everybody.
  const made = recorder.actions().filter((action) => action !== 'sts:GetCallerIdentity');
  expect(made).toEqual(actionsOf(file));
});
