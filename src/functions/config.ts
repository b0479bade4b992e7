import { modes } from '../enforcer/enforcement.ts';
import type { Mode } from '../enforcer/enforcement.ts';

/** The function's settings, checked once when it starts. */
export interface Config {
  readonly mode: Mode;
  /** What is done about what a group launched. */
  readonly serviceLaunchMode: Mode;
  /** From so many ended nameless instances of a group on, its next one is not terminated. */
  readonly relaunchLimit: number;
  readonly exemptTagKeys: ReadonlySet<string>;
  /** Where EC2 is, when it is not where the AWS SDK finds it: a VPC endpoint, or a local EC2 endpoint. */
  readonly ec2EndpointUrl: string | undefined;
  /** Where notices go; undefined: nobody is told. */
  readonly eventBusName: string | undefined;
  /** Dimension of every metric, so that two stacks do not ring each other's alarms. */
  readonly stackName: string;
  /** Milliseconds from its launch that a nameless instance has to get its name. */
  readonly grace: number;
  /** Where what waits for its time, or for EC2, is kept; undefined: it is not. */
  readonly secondLookQueueUrl: string | undefined;
  /** Where what only a person can settle is put; undefined: the function throws instead. */
  readonly deadLetterQueueUrl: string | undefined;
  /** The role that each member of the organization has for this stack; undefined: it has no members. */
  readonly memberRoleName: string | undefined;
  /** Whether a notice of a launch in a member goes to that member's default event bus as well. */
  readonly noticesInMembers: boolean;
  /** Whether launch events come. Without them, people are told of what EC2's own signal shows. */
  readonly hasTrail: boolean;
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

const MOST_RELAUNCHES = 1_000;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** Seven days. */
const LONGEST_GRACE_MINUTES = 10_080;

/** Tag keys have at most so many characters: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
const LONGEST_TAG_KEY = 128;

/**
 * Reads the settings from the environment. With none set, the function terminates and exempts nothing.
 *
 * - `MODE`: `terminate` (the default), `name` or `report`
 * - `SERVICE_LAUNCH_MODE`: `same` (the default: as `MODE`), `terminate`, `name` or `report`
 * - `RELAUNCH_LIMIT`: 1 to 1000, 3 by default
 * - `EXEMPT_TAG_KEYS`: tag keys separated by commas, blanks around a key dropped, case-sensitive; may be empty
 * - `AWS_ENDPOINT_URL_EC2`: an http or https URL
 * - `STACK_NAME`: the stack's name, `local` without one
 * - `GRACE_PERIOD_MINUTES`: 0 (the default) to 10080; more than 0 needs `SECOND_LOOK_QUEUE_URL`
 * - `SECOND_LOOK_QUEUE_URL`, `DEAD_LETTER_QUEUE_URL`: http or https URLs of SQS queues
 * - `HAS_TRAIL`: `true` (the default) or `false`
 * - `MEMBER_ROLE_NAME`: the role that each member of an organization has for the stack; without it there are no members
 * - `NOTICES_IN_MEMBERS`: `true` or `false` (the default)
 * - `EVENT_BUS_NAME`: the event bus that takes notices, `default` in a deployed stack; without it there are none
 *
 * Under `sam local invoke`, which sets `AWS_SAM_LOCAL`, there are no notices, no queues and no members either: the function has the
 * person's own credentials there, and would tell a real account of instances that never were.
 *
 * @throws InvalidSettingError for a value that is not one of these, an empty one included
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const isSamLocal = environment['AWS_SAM_LOCAL'] === 'true';
  const queueUrl = (variable: string): string | undefined =>
    isSamLocal ? undefined : readUrl(variable, environment);
  const secondLookQueueUrl = queueUrl('SECOND_LOOK_QUEUE_URL');
  const minutes = readWholeNumber('GRACE_PERIOD_MINUTES', environment['GRACE_PERIOD_MINUTES'] ?? '0', {
    least: 0,
    most: LONGEST_GRACE_MINUTES,
    of: 'minutes',
  });
  const grace = minutes * 60_000;
  if (grace > 0 && secondLookQueueUrl === undefined && !isSamLocal) {
    throw new InvalidSettingError(
      'SECOND_LOOK_QUEUE_URL',
      'the URL of a queue when `GRACE_PERIOD_MINUTES` is more than 0, where postponed instances wait',
      '',
    );
  }
  const mode = readMode('MODE', environment['MODE'] ?? 'terminate', modes);
  const serviceLaunchMode = readMode('SERVICE_LAUNCH_MODE', environment['SERVICE_LAUNCH_MODE'] ?? 'same', [
    'same',
    ...modes,
  ]);
  return {
    isSamLocal,
    mode,
    serviceLaunchMode: serviceLaunchMode === 'same' ? mode : serviceLaunchMode,
    relaunchLimit: readWholeNumber('RELAUNCH_LIMIT', environment['RELAUNCH_LIMIT'] ?? '3', {
      least: 1,
      most: MOST_RELAUNCHES,
      of: 'instances',
    }),
    grace,
    secondLookQueueUrl,
    deadLetterQueueUrl: queueUrl('DEAD_LETTER_QUEUE_URL'),
    memberRoleName: isSamLocal ? undefined : readRoleName(environment['MEMBER_ROLE_NAME']),
    noticesInMembers:
      !isSamLocal && readBoolean('NOTICES_IN_MEMBERS', environment['NOTICES_IN_MEMBERS'] ?? 'false'),
    hasTrail: readBoolean('HAS_TRAIL', environment['HAS_TRAIL'] ?? 'true'),
    stackName: readStackName(environment['STACK_NAME']),
    exemptTagKeys: readTagKeys(environment['EXEMPT_TAG_KEYS']),
    ec2EndpointUrl: readUrl('AWS_ENDPOINT_URL_EC2', environment),
    eventBusName: isSamLocal ? undefined : readBusName(environment['EVENT_BUS_NAME']),
  };
}

function readMode<M extends string>(variable: string, value: string, allowed: readonly M[]): M {
  const mode = allowed.find((one) => one === value);
  if (mode !== undefined) return mode;
  const quoted = allowed.map((one) => `\`${one}\``);
  throw new InvalidSettingError(variable, `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`, value);
}

function readTagKeys(value = ''): ReadonlySet<string> {
  if (value.trim() === '') return new Set();
  const keys = value.split(',').map((key) => key.trim());
  if (keys.every((key) => key !== '' && key.length <= LONGEST_TAG_KEY)) return new Set(keys);
  const expected = `tag keys of 1 to ${LONGEST_TAG_KEY} characters, separated by single commas`;
  throw new InvalidSettingError('EXEMPT_TAG_KEYS', expected, value);
}

/** @throws InvalidSettingError */
export function readStackName(value = 'local'): string {
  if (STACK_NAME.test(value)) return value;
  throw new InvalidSettingError('STACK_NAME', 'the name of a CloudFormation stack', value);
}

function readBusName(value: string | undefined): string | undefined {
  if (value === undefined || EVENT_BUS_NAME.test(value)) return value;
  throw new InvalidSettingError('EVENT_BUS_NAME', 'the name of an event bus, for example `default`', value);
}

function readWholeNumber(
  variable: string,
  value: string,
  { least, most, of }: { readonly least: number; readonly most: number; readonly of: string },
): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number >= least && number <= most) return number;
  throw new InvalidSettingError(variable, `a whole number of ${of} from ${least} to ${most}`, value);
}

function readRoleName(value: string | undefined): string | undefined {
  if (value === undefined || ROLE_NAME.test(value)) return value;
  throw new InvalidSettingError('MEMBER_ROLE_NAME', 'the name of an IAM role, without a path', value);
}

function readBoolean(variable: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new InvalidSettingError(variable, '`true` or `false`', value);
}

function readUrl(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const value = environment[variable];
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value;
  throw new InvalidSettingError(variable, 'an http or https URL', value);
}
