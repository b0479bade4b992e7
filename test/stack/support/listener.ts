import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { eventBridge, sns, sqs } from './clients.ts';
import type { Place } from './members.ts';

/** A queue of a test's own, that something puts messages into. */
export interface Listener {
  /** Bodies of all messages so far, in the order they were received. */
  heard(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Hears the events of the default bus that a rule of this pattern lets through, as a team would hook to them.
 *
 * @param place whose bus it is, when it is not that of the tests' own account and region
 */
export async function listenToBus(
  name: string,
  pattern: object,
  place: Pick<Place, 'eventBridge' | 'sqs'> = { eventBridge, sqs },
): Promise<Listener> {
  const queue = await makeQueue(name, place.sqs);
  await place.eventBridge.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await place.eventBridge.send(
    new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queue.arn }] }),
  );
  return {
    heard: async () => queue.receiveAll(),
    async close() {
      await place.eventBridge.send(new RemoveTargetsCommand({ Rule: name, Ids: ['queue'] }));
      await place.eventBridge.send(new DeleteRuleCommand({ Name: name }));
      await queue.delete();
    },
  };
}

/** Hears what a topic sends, as its subscribers get to read it. */
export async function listenToTopic(name: string, topicArn: string): Promise<Listener> {
  const queue = await makeQueue(name);
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  return {
    heard: async () => queue.receiveAll(),
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await queue.delete();
    },
  };
}

async function makeQueue(name: string, by = sqs) {
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { QueueUrl } = await by.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  const { Attributes } = await by.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const bodies: string[] = [];
  return {
    arn: Attributes?.['QueueArn'] ?? '',
    async receiveAll(): Promise<readonly string[]> {
      for (;;) {
        const { Messages: messages = [] } = await by.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (messages.length === 0) return bodies;
        for (const { Body = '', ReceiptHandle } of messages) {
          bodies.push(Body);
          await by.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
    async delete() {
      await by.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
