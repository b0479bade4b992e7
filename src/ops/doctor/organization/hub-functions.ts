import type { Connection } from '../../aws/connection.ts';
import { createInvocableFunction } from '../../aws/lambda-function.ts';
import { createFunctionSettings } from '../../aws/lambda-settings.ts';
import { unlessFailed } from '../../explain-failure.ts';
import type { Stack } from '../../stack.ts';
import { secondLookOf } from '../../stack-parts.ts';
import { parallelOf, type ProbedFunction } from './probe-members.ts';

/** A function of the hub, with how it is asked, or why it is not. */
export type HubFunction =
  | ({ readonly kind: 'asked' } & ProbedFunction)
  | { readonly kind: 'not-asked'; readonly name: ProbedFunction['name']; readonly said: string };

/**
 * Both functions. One that may not run is not asked: Lambda would throttle the invocation until it is given up.
 *
 * @param note is told of one that is not asked
 */
export async function hubFunctions(
  connection: Connection,
  stack: Stack,
  note: (text: string) => void,
): Promise<readonly HubFunction[]> {
  const second = secondLookOf(stack).functionName;
  const both = [
    {
      name: 'EnforceNameTag',
      functionName: stack.outputs.FunctionName,
      zero: 'EnforceNameTag is paused, so it is not asked whether it can act in members. resume --yes lets it go on.',
    },
    {
      name: 'SecondLook',
      functionName: second,
      zero:
        'SecondLook has reserved concurrency 0, so it is not asked whether it can act in members. A pause never sets that: ' +
        `somebody did by hand. Put it right: aws lambda delete-function-concurrency --function-name ${second}`,
    },
  ] as const;
  return Promise.all(
    both.map(async ({ name, functionName, zero }): Promise<HubFunction> => {
      const reserved = await unlessFailed(
        createFunctionSettings(connection, functionName).reservedConcurrency(),
      );
      if (reserved.kind === 'failed') {
        note(
          `${name} is not asked whether it can act in members: how many may run is not known. ${reserved.said}`,
        );
        return { kind: 'not-asked', name, said: reserved.said };
      }
      if (reserved.value === 0) {
        note(zero);
        return { kind: 'not-asked', name, said: 'its reserved concurrency is 0' };
      }
      const target = createInvocableFunction(connection, functionName);
      return { kind: 'asked', name, target, parallel: parallelOf(reserved.value) };
    }),
  );
}
