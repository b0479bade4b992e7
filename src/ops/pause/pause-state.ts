import { PAUSED_TAG } from '../../enforcer/paused-tag.ts';
import type { Connection } from '../aws/connection.ts';
import { createFunctionSettings } from '../aws/lambda-settings.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';

/** Whether a stack is paused, as AWS shows it. */
export interface PauseState {
  /** Whether the function for launches runs. */
  readonly launches: boolean;
  /** Whether messages are taken out of the second-look queue. */
  readonly secondLooks: boolean;
  /** When and why, as `2026-11-26T14:51:33.000Z alarm rang`; undefined when nobody said so. */
  readonly mark: string | undefined;
}

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
