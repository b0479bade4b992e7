import * as v from 'valibot';
import type { Connection } from '../aws/connection.ts';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import type { Stack } from '../stack.ts';
import { DEPLOY_ANEW, fail, ok, type Check } from './check.ts';
import { placeOf } from '../place.ts';
import { sampleEvent } from './sample-event.ts';

/** What the function returns for an event that asks nothing of it. */
const Ignored = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    launch: v.object({ kind: v.literal('ignored'), reason: v.string() }),
    outcomes: v.strictTuple([]),
  }),
);

/**
 * Sends the function the event of a launch that was a dry run, and so launched nothing. It proves that the function
 * starts with its settings and reads events; EventBridge is not on the way.
 */
export function probeCheck(connection: Connection, stack: Stack): Check {
  return {
    name: 'Probe: the function ignores a dry run',
    async look() {
      const target = createInvocableFunction(connection, stack.outputs.FunctionName);
      const event = sampleEvent(placeOf(stack), 'RunInstances', 'Client.DryRunOperation');
      const answer = await target.invoke(event);
      const logs = `See its log: aws logs tail ${stack.outputs.LogGroupName}`;
      if (answer.kind === 'failed') {
        return fail(`It failed: ${answer.errorType}: ${answer.errorMessage}`, logs);
      }
      const ignored = v.safeParse(Ignored, answer.payload);
      if (!ignored.success) return fail(`It did not ignore it: ${answer.payload.slice(0, 300)}`, DEPLOY_ANEW);
      return ok(`Ignored, ${ignored.output.launch.reason}`);
    },
  };
}
