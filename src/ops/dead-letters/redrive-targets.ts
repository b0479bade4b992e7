import { createInvocableFunction } from '../aws/lambda-function.ts';
import type { CommandContext } from '../command-context.ts';
import type { FunctionParts } from '../stack-parts.ts';
import type { RedriveParts, RedriveTarget } from './redrive.ts';
import type { Session } from './session.ts';

/** The functions that take the letters again. */
export function redriveTargets({ connection }: CommandContext, { parts }: Session): RedriveParts['targets'] {
  const { launches, secondLook = launches } = parts;
  const target = ({ functionName, functionArn }: FunctionParts): RedriveTarget => ({
    ...createInvocableFunction(connection, functionName),
    functionArn,
  });
  // Without a second look, no letter is for it.
  return { launches: target(launches), 'second-look': target(secondLook) };
}
