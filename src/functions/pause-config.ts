import type { Switched } from '../aws/enforcer-switch.ts';
import { InvalidSettingError, readStackName } from './config.ts';

/** The settings of `Pause`, checked once when it starts. */
export interface PauseConfig extends Switched {
  readonly stackName: string;
}

/**
 * Reads the settings from the environment, as the template sets them: `ENFORCER_FUNCTION_ARN`, `RESERVED_CONCURRENCY`
 * (`none`, or 1 to 99999), `SECOND_LOOK_MAPPING_ID` and `STACK_NAME`.
 *
 * @throws InvalidSettingError for a value that is missing or not one of these
 */
export function readPauseConfig(environment: Readonly<Record<string, string | undefined>>): PauseConfig {
  const read = (variable: string, pattern: RegExp, expected: string): string => {
    const value = environment[variable] ?? '';
    if (pattern.test(value)) return value;
    throw new InvalidSettingError(variable, expected, value);
  };
  const reserved = read(
    'RESERVED_CONCURRENCY',
    /^(none|[1-9]\d{0,4})$/,
    '`none`, or a whole number from 1 to 99999',
  );
  return {
    functionArn: read('ENFORCER_FUNCTION_ARN', /^arn:.+:function:[\w-]+$/, 'the ARN of a function'),
    reservedConcurrency: reserved === 'none' ? undefined : Number(reserved),
    mappingId: read('SECOND_LOOK_MAPPING_ID', /^[0-9a-f-]{36}$/, 'the UUID of an event source mapping'),
    stackName: readStackName(environment['STACK_NAME'] ?? ''),
  };
}
