import { isRunning } from '../../enforcer/pause-state.ts';
import type { Connection } from '../aws/connection.ts';
import { describePause, readPauseState } from '../pause/pause-state.ts';
import type { Stack } from '../stack.ts';
import { fail, ok, type Check } from './check.ts';

/** Whether somebody, or the kill storm alarm, has paused it all. */
export function pauseCheck(connection: Connection, stack: Stack): Check {
  return {
    name: 'The enforcer is not paused',
    async look() {
      const state = await readPauseState(connection, stack);
      const found = describePause(state);
      if (isRunning(state)) return ok(found);
      return fail(
        found,
        'Go on: npm run ops -- resume --yes. Or pause it whole: npm run ops -- pause --reason WHY --yes',
      );
    },
  };
}
