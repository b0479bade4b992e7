import { createStackReader } from '../aws/cloudformation-stack.ts';
import { createMonitoring } from '../aws/cloudwatch.ts';
import type { Connection } from '../aws/connection.ts';
import { counted } from '../counted.ts';
import type { Stack } from '../stack.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, warn, type Check } from './check.ts';

/** Whether the stack's alarms are there, can ring, and do not. */
export function alarmCheck(connection: Connection, { name }: Stack): Check {
  return {
    name: 'The alarms are there and quiet',
    async look() {
      const resources = await createStackReader(connection, name).resources();
      const names = resources
        .filter(({ type }) => type === 'AWS::CloudWatch::Alarm' || type === 'AWS::CloudWatch::CompositeAlarm')
        .map(({ physicalId }) => physicalId);
      if (names.length === 0) return warn('The stack has no alarms', DEPLOY_ANEW);

      const alarms = await createMonitoring(connection).alarms(names);
      const missing = names.filter((wanted) => !alarms.some((alarm) => alarm.name === wanted));
      if (missing.length > 0) return fail(`Missing: ${missing.join(', ')}`, UNDO_DRIFT);
      const ringing = alarms.filter(({ state }) => state === 'ALARM');
      if (ringing.length > 0) {
        const list = ringing.map((alarm) => `${alarm.name} (${alarm.reason})`).join('; ');
        return fail(`In alarm: ${list}`, 'docs/runbook.md says for each alarm what to do');
      }
      const mute = alarms.filter(({ actionsEnabled }) => !actionsEnabled).map((alarm) => alarm.name);
      if (mute.length > 0) {
        return warn(
          `They tell nobody: ${mute.join(', ')}`,
          `aws cloudwatch enable-alarm-actions --alarm-names ${mute.join(' ')}`,
        );
      }
      return ok(`${counted(alarms.length, 'alarm')}, none in alarm`);
    },
  };
}
