import { describe, expect, test } from 'vitest';
import { InvalidSettingError, readConfig } from '../../src/functions/config.ts';

/** What is wrong with these settings; they must be refused. */
function refusalOf(environment: Record<string, string>): InvalidSettingError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof InvalidSettingError) return error;
    throw error;
  }
  throw new Error('The settings were not refused');
}

test('With nothing set, the nameless are terminated, nothing is exempt, EC2 is where the SDK finds it, and nobody is told', () => {
  expect(readConfig({})).toEqual({
    isSamLocal: false,
    stackName: 'local',
    mode: 'terminate',
    serviceLaunchMode: 'terminate',
    relaunchLimit: 3,
    exemptTagKeys: new Set(),
    ec2EndpointUrl: undefined,
    eventBusName: undefined,
    grace: 0,
    secondLookQueueUrl: undefined,
    deadLetterQueueUrl: undefined,
    memberRoleName: undefined,
    noticesInMembers: false,
    hasTrail: true,
  });
});

test('Variables of other programs do not matter', () => {
  expect(readConfig({ mode: 'off', AWS_REGION: '', PATH: '/usr/bin' })).toEqual(readConfig({}));
});

describe('MODE', () => {
  test.each(['terminate', 'name', 'report'] as const)('may be %s', (mode) => {
    expect(readConfig({ MODE: mode }).mode).toBe(mode);
  });

  test.each(['', ' ', 'Terminate', 'report ', 'dry-run', 'undefined'])(
    'may not be "%s": no mode is guessed',
    (mode) => {
      const { variable, message } = refusalOf({ MODE: mode });

      expect(variable).toBe('MODE');
      expect(message).toBe(
        `Expected the environment variable \`MODE\` to be \`terminate\`, \`name\` or \`report\`, got ${JSON.stringify(mode)}. ` +
          'Correct it, or remove it for its default; until then no launch is looked at.',
      );
    },
  );
});

describe('SERVICE_LAUNCH_MODE', () => {
  test('is as MODE unless it is said', () => {
    expect(readConfig({ MODE: 'name' }).serviceLaunchMode).toBe('name');
    expect(readConfig({ MODE: 'name', SERVICE_LAUNCH_MODE: 'same' }).serviceLaunchMode).toBe('name');
  });

  test.each(['terminate', 'name', 'report'] as const)('may be %s, whatever MODE is', (mode) => {
    expect(readConfig({ MODE: 'report', SERVICE_LAUNCH_MODE: mode })).toMatchObject({
      mode: 'report',
      serviceLaunchMode: mode,
    });
  });

  test.each(['', 'Same', 'off'])('may not be "%s"', (mode) => {
    expect(refusalOf({ SERVICE_LAUNCH_MODE: mode }).message).toContain(
      'to be `same`, `terminate`, `name` or `report`, got',
    );
  });
});

describe('RELAUNCH_LIMIT', () => {
  test.each(['1', '3', '1000'])('may be %s', (limit) => {
    expect(readConfig({ RELAUNCH_LIMIT: limit }).relaunchLimit).toBe(Number(limit));
  });

  test.each(['', '0', '1001', '-1', '2.5', 'three', '1e2'])('may not be "%s"', (limit) => {
    expect(refusalOf({ RELAUNCH_LIMIT: limit }).message).toContain(
      'a whole number of instances from 1 to 1000, got',
    );
  });
});

describe('EXEMPT_TAG_KEYS', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['team', ['team']],
    ['team,aws:autoscaling:groupName', ['team', 'aws:autoscaling:groupName']],
    [' team ,\tcost centre\n', ['team', 'cost centre']],
    ['Team,team,team', ['Team', 'team']],
    ['x'.repeat(128), ['x'.repeat(128)]],
  ])('%j has its keys, without the blanks around them, in their own case', (value, keys) => {
    expect(readConfig({ EXEMPT_TAG_KEYS: value }).exemptTagKeys).toEqual(new Set(keys));
  });

  test.each([',', 'team,', ',team', 'team,,stage', 'team, ,stage', 'x'.repeat(129)])(
    'may not be "%s"',
    (value) => {
      const { variable, message } = refusalOf({ EXEMPT_TAG_KEYS: value });

      expect(variable).toBe('EXEMPT_TAG_KEYS');
      expect(message).toContain(
        `to be tag keys of 1 to 128 characters, separated by single commas, got ${JSON.stringify(value)}. `,
      );
    },
  );
});

describe('AWS_ENDPOINT_URL_EC2', () => {
  test.each(['https://ec2-fips.us-east-1.amazonaws.com', 'http://127.0.0.1:4566', 'http://[::1]:4566/'])(
    'may be %s, and is taken as it is',
    (url) => {
      expect(readConfig({ AWS_ENDPOINT_URL_EC2: url }).ec2EndpointUrl).toBe(url);
    },
  );

  test.each(['', 'ec2.eu-central-1.amazonaws.com', 'ftp://127.0.0.1', 'localhost:4566', 'https://'])(
    'may not be "%s"',
    (url) => {
      const { variable, message } = refusalOf({ AWS_ENDPOINT_URL_EC2: url });

      expect(variable).toBe('AWS_ENDPOINT_URL_EC2');
      expect(message).toContain(`to be an http or https URL, got ${JSON.stringify(url)}. `);
    },
  );
});

test('A refusal keeps its cause and its name', () => {
  const cause = new Error('the cause');

  expect(new InvalidSettingError('MODE', 'this', 'that', { cause })).toMatchObject({
    name: 'InvalidSettingError',
    cause,
  });
});

describe('EVENT_BUS_NAME', () => {
  test.each(['default', 'team/notices_1.prod-eu', 'b'.repeat(256)])('may be "%s"', (name) => {
    expect(readConfig({ EVENT_BUS_NAME: name }).eventBusName).toBe(name);
  });

  test.each(['', ' ', 'my bus', 'b'.repeat(257)])('may not be "%s"', (name) => {
    const { variable, message } = refusalOf({ EVENT_BUS_NAME: name });

    expect(variable).toBe('EVENT_BUS_NAME');
    expect(message).toContain('to be the name of an event bus, for example `default`, got "');
  });

  test('does not count under sam local invoke, where the credentials are those of a person', () => {
    expect(readConfig({ EVENT_BUS_NAME: 'default', AWS_SAM_LOCAL: 'true' }).eventBusName).toBeUndefined();
  });
});

describe('MEMBER_ROLE_NAME', () => {
  test.each(['name-tag-enforcer-member', 'a+b=c,d.e@f_g-h', 'r'.repeat(64)])('may be "%s"', (name) => {
    expect(readConfig({ MEMBER_ROLE_NAME: name }).memberRoleName).toBe(name);
  });

  test.each(['', 'path/role', 'my role', 'r'.repeat(65)])('may not be "%s"', (name) => {
    const { variable, message } = refusalOf({ MEMBER_ROLE_NAME: name });

    expect(variable).toBe('MEMBER_ROLE_NAME');
    expect(message).toContain('to be the name of an IAM role, without a path, got "');
  });

  test('does not count under sam local invoke, which passes an empty one on', () => {
    expect(readConfig({ MEMBER_ROLE_NAME: '', AWS_SAM_LOCAL: 'true' }).memberRoleName).toBeUndefined();
  });
});

describe('NOTICES_IN_MEMBERS', () => {
  test.each([
    ['true', true],
    ['false', false],
  ])('may be %s', (value, noticesInMembers) => {
    expect(readConfig({ NOTICES_IN_MEMBERS: value }).noticesInMembers).toBe(noticesInMembers);
  });

  test.each(['', 'TRUE', 'yes'])('may not be "%s"', (value) => {
    expect(refusalOf({ NOTICES_IN_MEMBERS: value })).toMatchObject({ variable: 'NOTICES_IN_MEMBERS' });
  });

  test.each(['', 'true'])('does not count under sam local invoke: "%s"', (value) => {
    expect(readConfig({ NOTICES_IN_MEMBERS: value, AWS_SAM_LOCAL: 'true' }).noticesInMembers).toBe(false);
  });
});

describe('GRACE_PERIOD_MINUTES', () => {
  const queue = { SECOND_LOOK_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/second-look' };

  test.each([
    ['0', 0],
    ['1', 60_000],
    ['10080', 7 * 24 * 60 * 60_000],
  ])('may be %s', (minutes, milliseconds) => {
    expect(readConfig({ ...queue, GRACE_PERIOD_MINUTES: minutes }).grace).toBe(milliseconds);
  });

  test.each(['', '-1', '1.5', '10081', 'ten', '1e3', ' 5'])('may not be "%s"', (minutes) => {
    const { variable, message } = refusalOf({ ...queue, GRACE_PERIOD_MINUTES: minutes });

    expect(variable).toBe('GRACE_PERIOD_MINUTES');
    expect(message).toContain('to be a whole number of minutes from 0 to 10080, got "');
  });

  test('needs a queue in which postponed instances wait', () => {
    const { variable, message } = refusalOf({ GRACE_PERIOD_MINUTES: '5' });

    expect(variable).toBe('SECOND_LOOK_QUEUE_URL');
    expect(message).toContain('where postponed instances wait');
    expect(readConfig({ GRACE_PERIOD_MINUTES: '0' }).grace).toBe(0);
  });
});

describe.each(['SECOND_LOOK_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'])('%s', (variable) => {
  const read = (url: string, others = {}) => {
    const { secondLookQueueUrl, deadLetterQueueUrl } = readConfig({ [variable]: url, ...others });
    return secondLookQueueUrl ?? deadLetterQueueUrl;
  };

  test('may be the URL of a queue', () => {
    const url = 'https://sqs.eu-central-1.amazonaws.com/111122223333/queue';

    expect(read(url)).toBe(url);
  });

  test.each(['', 'queue', 'arn:aws:sqs:eu-central-1:111122223333:queue'])('may not be "%s"', (url) => {
    expect(refusalOf({ [variable]: url })).toMatchObject({ variable });
  });

  // There `!Ref` of a queue gives its logical id, and the credentials are those of a person.
  test('does not count under sam local invoke', () => {
    expect(read('SecondLookQueue', { AWS_SAM_LOCAL: 'true' })).toBeUndefined();
  });
});

describe('HAS_TRAIL', () => {
  test.each([
    ['true', true],
    ['false', false],
  ])('may be %s', (value, hasTrail) => {
    expect(readConfig({ HAS_TRAIL: value }).hasTrail).toBe(hasTrail);
  });

  test.each(['', 'TRUE', 'no'])('may not be "%s"', (value) => {
    expect(refusalOf({ HAS_TRAIL: value })).toMatchObject({ variable: 'HAS_TRAIL' });
  });
});
