import { PAUSED_TAG } from '../../enforcer/pause-state.ts';
import type { PauseState } from '../../enforcer/pause-state.ts';
import type { Connection } from '../aws/connection.ts';
import { createFunctionSettings } from '../aws/lambda-settings.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';

export async function readPauseState(connection: Connection, stack: Stack): Promise<PauseState> {
  const { launches, secondLook } = stackParts(stack);
  const settings = createFunctionSettings(connection, launches.functionName);
  const [reserved, mapping, tags] = await Promise.all([
    settings.reservedConcurrency(),
    secondLook === undefined ? undefined : settings.mapping(secondLook.mappingId),
    settings.tags(launches.functionArn),
  ]);
  return {
    launches: reserved !== 0,
    secondLooks: mapping?.state !== 'Disabled' && mapping?.state !== 'Disabling',
    mark: tags[PAUSED_TAG],
  };
}

/** One line for people. */
export function describePause({ launches, secondLooks, mark }: PauseState): string {
  if (launches && secondLooks) {
    return mark === undefined
      ? 'It runs: launches and second looks are settled.'
      : `It runs, though it was paused: ${mark}`;
  }
  const off = launches
    ? 'Second looks wait, and launches are settled'
    : secondLooks
      ? 'It is paused in part: launches are settled by second looks'
      : 'It is paused: all waits';
  return `${off}. ${mark === undefined ? 'Nobody says why.' : `Since ${mark}`}`;
}
