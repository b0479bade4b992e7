import type { Mode } from '../enforcer/enforcement.ts';

/** The function's settings, checked once when it starts. */
export interface Config {
  readonly mode: Mode;
  readonly exemptTagKeys: ReadonlySet<string>;
  /** Where EC2 is, when it is not where the AWS SDK finds it: a VPC endpoint, or a local EC2 endpoint. */
  readonly ec2EndpointUrl: string | undefined;
  /** Where notices go; undefined: nobody is told. */
  readonly eventBusName: string | undefined;
  /** Dimension of every metric, so that two stacks do not ring each other's alarms. */
  readonly stackName: string;
  /** Whether `sam local invoke` runs the function: then its ARN is made up, and its credentials are a person's. */
  readonly isSamLocal: boolean;
}

/** A setting that is there but is not allowed. It fails the function's start, so that nothing runs half-configured. */
export class InvalidSettingError extends Error {
  override readonly name = 'InvalidSettingError';
  readonly variable: string;

  constructor(variable: string, expected: string, received: string, options?: ErrorOptions) {
    super(
      `Expected the environment variable \`${variable}\` to be ${expected}, got ${JSON.stringify(received)}. ` +
        'Correct it, or remove it for its default; until then no launch is looked at.',
      options,
    );
    this.variable = variable;
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const EVENT_BUS_NAME = /^[\w./-]{1,256}$/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** Tag keys have at most so many characters: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
const LONGEST_TAG_KEY = 128;

/**
 * Reads the settings from the environment. With none set, the function terminates and exempts nothing.
 *
 * - `MODE`: `terminate` (the default) or `report`
 * - `EXEMPT_TAG_KEYS`: tag keys separated by commas, blanks around a key dropped, case-sensitive; may be empty
 * - `AWS_ENDPOINT_URL_EC2`: an http or https URL
 * - `STACK_NAME`: the stack's name, `local` without one
 * - `EVENT_BUS_NAME`: the event bus that takes notices, `default` in a deployed stack; without it there are none
 *
 * Under `sam local invoke`, which sets `AWS_SAM_LOCAL`, there are no notices either: the function has the person's own
 * credentials there, and would tell a real account of instances that never were.
 *
 * @throws InvalidSettingError for a value that is not one of these, an empty one included
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const isSamLocal = environment['AWS_SAM_LOCAL'] === 'true';
  return {
    isSamLocal,
    stackName: readStackName(environment['STACK_NAME']),
    mode: readMode(environment['MODE']),
    exemptTagKeys: readTagKeys(environment['EXEMPT_TAG_KEYS']),
    ec2EndpointUrl: readUrl(environment['AWS_ENDPOINT_URL_EC2']),
    eventBusName: isSamLocal ? undefined : readBusName(environment['EVENT_BUS_NAME']),
  };
}

function readMode(value = 'terminate'): Mode {
  if (value === 'terminate' || value === 'report') return value;
  throw new InvalidSettingError('MODE', '`terminate` or `report`', value);
}

function readTagKeys(value = ''): ReadonlySet<string> {
  if (value.trim() === '') return new Set();
  const keys = value.split(',').map((key) => key.trim());
  if (keys.every((key) => key !== '' && key.length <= LONGEST_TAG_KEY)) return new Set(keys);
  const expected = `tag keys of 1 to ${LONGEST_TAG_KEY} characters, separated by single commas`;
  throw new InvalidSettingError('EXEMPT_TAG_KEYS', expected, value);
}

function readStackName(value = 'local'): string {
  if (STACK_NAME.test(value)) return value;
  throw new InvalidSettingError('STACK_NAME', 'the name of a CloudFormation stack', value);
}

function readBusName(value: string | undefined): string | undefined {
  if (value === undefined || EVENT_BUS_NAME.test(value)) return value;
  throw new InvalidSettingError('EVENT_BUS_NAME', 'the name of an event bus, for example `default`', value);
}

function readUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value;
  throw new InvalidSettingError('AWS_ENDPOINT_URL_EC2', 'an http or https URL', value);
}
