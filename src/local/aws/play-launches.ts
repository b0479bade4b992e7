import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { launchEvent } from '../launch-event.ts';
import { account, credentials } from './environment.ts';
import { launch } from './launch.ts';
import { putEvents, startEvent } from './put-events.ts';
import type { Becomes, SampleLaunch } from './sample-launches.ts';
import type { LocalRegion, Outputs } from './stack.ts';

const late = 2 * 3600 * 1000;

/** How long the functions may take over all of it, in milliseconds. */
const patience = 30_000;

/**
 * Launches the samples, lets their events come, and waits until the functions have made of them what they must.
 *
 * @throws Error when that is not so in time
 */
export async function playLaunches(
  { region, addresses }: LocalRegion,
  stack: Outputs,
  samples: readonly SampleLaunch[],
): Promise<void> {
  const settings = { region, credentials, endpoint: addresses.aws };
  const ec2 = new EC2Client({ ...settings, endpoint: addresses.ec2 });
  const eventBridge = new EventBridgeClient(settings);
  const sqs = new SQSClient(settings);

  for (const sample of samples) {
    const { instanceIds, call } = await launch(ec2, sample.wanted);
    const [first = ''] = instanceIds;
    if (sample.protects === true) {
      const DisableApiTermination = { Value: true };
      await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: first, DisableApiTermination }));
    }
    if (sample.namesLate === true) {
      const Tags = [{ Key: 'Name', Value: 'named-late' }];
      await ec2.send(new CreateTagsCommand({ Resources: instanceIds.slice(-1), Tags }));
    }
    const { launcher, signal } = sample;
    const at = signal === 'late' ? call.at - late : call.at;
    const event = launchEvent({ account, region, launcher, call: { ...call, at } });
    if (signal === 'launch' || signal === 'late') await putEvents(eventBridge, [event]);
    if (signal === 'running') await putEvents(eventBridge, instanceIds.map(startEvent));
    if (signal === 'undelivered') await sqs.send(undelivered(event, region, stack));
  }

  const state = async (): Promise<State> => ({
    dead: await countDead(ec2),
    letters: await countMessages(sqs, stack.DeadLetterQueueUrl),
    waiting: await countMessages(sqs, stack.SecondLookQueueUrl),
  });
  const wanted = stateAfter(samples);
  const deadline = Date.now() + patience;
  for (;;) {
    const found = JSON.stringify(await state());
    if (found === JSON.stringify(wanted)) return;
    if (Date.now() > deadline) {
      throw new Error(`Expected the sample launches to come to ${JSON.stringify(wanted)}, got ${found}.`);
    }
    await sleep(200);
  }
}

interface State {
  readonly dead: number;
  readonly letters: number;
  readonly waiting: number;
}

function stateAfter(samples: readonly SampleLaunch[]): State {
  const launches = (what: Becomes): readonly SampleLaunch[] =>
    samples.filter(({ becomes }) => becomes.includes(what));
  const dead = launches('terminated').map(({ wanted, becomes }) => (wanted.count ?? 1) - becomes.length + 1);
  return {
    dead: dead.reduce((sum, count) => sum + count, 0),
    letters: launches('dead letter').length,
    waiting: launches('waiting').length,
  };
}

async function countDead(ec2: EC2Client): Promise<number> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['terminated'] }] }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).length;
}

/** How many messages a queue holds, those in delay included. */
async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function undelivered(event: object, region: string, stack: Outputs): SendMessageCommand {
  const attributes = {
    RULE_ARN: `arn:aws:events:${region}:${account}:rule/${stack.RuleName}`,
    TARGET_ARN: `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}`,
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE: 'Lambda does not let the rule invoke the function.',
  };
  return new SendMessageCommand({
    QueueUrl: stack.DeadLetterQueueUrl,
    MessageBody: JSON.stringify(event),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  });
}
