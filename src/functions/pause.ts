import type { Context } from 'aws-lambda';
import { EnforcerSwitch } from '../aws/enforcer-switch.ts';
import { isRunning } from '../enforcer/pause-state.ts';
import { systemClock } from './clock.ts';
import { readPauseConfig } from './pause-config.ts';
import { readPauseRequest } from './pause-request.ts';
import { Telemetry } from './telemetry.ts';

const config = readPauseConfig(process.env);
const enforcer = new EnforcerSwitch(config, systemClock);
const telemetry = new Telemetry(config.stackName);

/** What a person who invokes the function by hand gets to see. */
export interface Answer {
  readonly state: 'paused' | 'running';
  /** Whether this invocation changed it. */
  readonly changed: boolean;
  /** When and why it is or was paused, as far as somebody said so. */
  readonly mark: string | undefined;
}

/**
 * The Lambda function that pauses the enforcer, and resumes it when a person asks. While it is paused, launches and starts
 * wait in the second-look queue for up to 14 days, nothing is terminated, and nothing is lost.
 *
 * To pause twice, or to resume what runs, does no harm. After a deployment it pauses again what that has resumed.
 *
 * @throws InvalidEventError when the event is none that it knows
 * @throws SwitchError when not all could be switched
 */
export async function handler(event: unknown, context: Context): Promise<Answer> {
  telemetry.reportEvent(event, context);
  const request = readPauseRequest(event);
  const found = await enforcer.state();
  const { launches, secondLooks, mark } = found;
  const runs = launches || secondLooks;
  const asItWas: Answer = { state: isRunning(found) ? 'running' : 'paused', changed: false, mark };
  switch (request.kind) {
    case 'pause': {
      if (!runs && mark !== undefined) return asItWas;
      // What runs whole has no pause that it could go on with.
      const before = launches && secondLooks ? undefined : mark;
      const newMark = before ?? `${new Date().toISOString()} ${request.reason}`;
      await enforcer.off(newMark);
      telemetry.reportSwitch('paused', request.reason);
      return { state: 'paused', changed: true, mark: newMark };
    }
    case 'resume':
      if (isRunning(found)) return asItWas;
      await enforcer.on();
      telemetry.reportSwitch('resumed', request.reason);
      return { state: 'running', changed: true, mark };
    case 'deployed':
      if (mark === undefined || !runs) return asItWas;
      await enforcer.off(mark);
      telemetry.reportSwitch('paused', `again after a deployment: ${mark}`);
      return { state: 'paused', changed: true, mark };
    case 'nothing':
      return asItWas;
  }
}
