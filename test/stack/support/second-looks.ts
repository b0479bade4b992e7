import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqs } from './clients.ts';
import type { Outputs } from './stack.ts';

/** Lets a stack look at starts at once, instead of after the two minutes that the template has. */
export async function lookAtOnce({ SecondLookQueueUrl: QueueUrl }: Outputs): Promise<void> {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '0' } }));
}
