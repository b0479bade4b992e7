import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/functions/config.ts';
import { allows } from '../support/cloudformation/allows.ts';
import { at, keys, list } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';

const {
  Mode,
  ServiceLaunchMode,
  RelaunchLimit,
  ExemptTagKeys,
  ReservedConcurrency,
  Ec2EndpointUrl,
  ...others
} = template.Parameters;
const consoleForm = at(template.Metadata, 'AWS::CloudFormation::Interface');

describe.each(Object.entries(template.Parameters))('the parameter %s', (name, parameter) => {
  test('tells what it is, and what is allowed', () => {
    expect(parameter.Description.length).toBeGreaterThan(20);
    expect(parameter.ConstraintDescription).toContain(`${name} is `);
  });

  test('has a default that it allows itself', () => {
    expect(allows(parameter, parameter.Default)).toBe(true);
  });

  test('does not allow just anything', () => {
    expect(allows(parameter, '?,')).toBe(false);
  });

  test('changes something', () => {
    const used = JSON.stringify([template.Conditions, template.Resources]);

    expect(used.includes(`{"Ref":"${name}"}`) || used.includes(`\${${name}}`)).toBe(true);
  });

  test('stands in one group of the console form, with a label', () => {
    const grouped = list(at(consoleForm, 'ParameterGroups')).flatMap((group) =>
      list(at(group, 'Parameters')),
    );

    expect(grouped.filter((member) => member === name)).toHaveLength(1);
    expect(at(consoleForm, 'ParameterLabels', name, 'default')).toBeTypeOf('string');
  });
});

test('the console form names no parameter that does not exist', () => {
  const grouped = list(at(consoleForm, 'ParameterGroups')).flatMap((group) => list(at(group, 'Parameters')));

  expect(new Set(grouped)).toEqual(new Set(Object.keys(template.Parameters)));
  expect(new Set(keys(at(consoleForm, 'ParameterLabels')))).toEqual(
    new Set(Object.keys(template.Parameters)),
  );
});

describe('Mode', () => {
  test('allows what the function knows', () => {
    expect(Mode?.AllowedValues?.map((mode) => readConfig({ MODE: String(mode) }).mode)).toEqual([
      'terminate',
      'name',
      'report',
    ]);
  });
});

describe('ServiceLaunchMode', () => {
  test('allows what the function knows', () => {
    expect(
      ServiceLaunchMode?.AllowedValues?.map(
        (mode) => readConfig({ SERVICE_LAUNCH_MODE: String(mode) }).serviceLaunchMode,
      ),
    ).toEqual(['terminate', 'terminate', 'name', 'report']);
  });
});

describe('RelaunchLimit', () => {
  test.each([
    ['0', false],
    ['1', true],
    ['1000', true],
    ['1001', false],
  ])('%s is allowed: %s, by the function as well', (limit, allowed) => {
    const isRead = () => {
      try {
        return readConfig({ RELAUNCH_LIMIT: limit }).relaunchLimit === Number(limit);
      } catch {
        return false;
      }
    };

    expect(allows(RelaunchLimit, limit)).toBe(allowed);
    expect(isRead()).toBe(allowed);
  });
});

describe('ExemptTagKeys', () => {
  test.each([
    [''],
    ['Owner'],
    ['Owner,Team'],
    [' Owner , Team '],
    ['cost centre'],
    ['aws:autoscaling:groupName'],
    ['kubernetes.io/cluster/prod'],
    ['a+b-c=d._:/@'],
    ['Größe,所有者'],
    ['k'.repeat(128)],
  ])('allows %j', (value) => {
    expect(allows(ExemptTagKeys, value)).toBe(true);
  });

  test.each([[','], [' '], ['Owner,'], [',Owner'], ['Owner,,Team'], ['Owner, ,Team'], ['k'.repeat(129)]])(
    'refuses %j',
    (value) => {
      expect(allows(ExemptTagKeys, value)).toBe(false);
    },
  );

  test('allows nothing that would fail the function at its start', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'Ω', ' ', ',', ':', '/', '\t', '@') });

    fc.assert(
      fc.property(value, (tagKeys) => {
        fc.pre(allows(ExemptTagKeys, tagKeys));
        expect(() => readConfig({ EXEMPT_TAG_KEYS: tagKeys })).not.toThrow();
      }),
    );
  });
});

describe('ReservedConcurrency', () => {
  test.each([['none'], ['1'], ['5'], ['1000']])('allows %j', (value) => {
    expect(allows(ReservedConcurrency, value)).toBe(true);
  });

  // 0 would be Lambda's "never run".
  test.each([[''], ['0'], ['-1'], ['None'], ['5.5'], ['05']])('refuses %j', (value) => {
    expect(allows(ReservedConcurrency, value)).toBe(false);
  });
});

describe('Ec2EndpointUrl', () => {
  test.each([
    ['https://ec2-fips.us-east-1.amazonaws.com'],
    ['https://vpce-0123456789abcdef0-abcdefgh.ec2.eu-central-1.vpce.amazonaws.com/'],
    ['http://172.17.0.1:4000'],
    ['http://host.docker.internal:4000'],
    ['http://[::1]:4000'],
  ])('allows %j, as the function does', (url) => {
    expect(allows(Ec2EndpointUrl, url)).toBe(true);
    expect(readConfig({ AWS_ENDPOINT_URL_EC2: url }).ec2EndpointUrl).toBe(url);
  });

  test.each([
    ['localhost:4000'],
    ['ftp://example.com'],
    ['http://'],
    ['http://a b'],
    ['https://me@example.com'],
  ])('refuses %j', (url) => {
    expect(allows(Ec2EndpointUrl, url)).toBe(false);
  });
});

test.each([
  ['Architecture', ['arm64', 'x86_64'], ['ARM64', 'x86', '']],
  ['MemorySize', [128, 256, 10240], [127, 10241]],
  ['Timeout', [15, 60, 900], [0, 14, 901]],
  ['LogLevel', ['TRACE', 'DEBUG', 'INFO'], ['info', 'WARN', 'ERROR', '']],
  ['LogRetentionDays', [1, 90, 3653], [0, 2, 3654]],
  ['CreateTrail', ['true', 'false'], ['yes', '']],
  ['CreateDashboard', ['true', 'false'], ['yes', '']],
  ['CreateQueries', ['true', 'false'], ['yes', '']],
  ['KillStormThreshold', [1, 50, 1_000_000], [0, 1_000_001]],
  [
    'NotificationEmail',
    ['', 'lena@example.com', 'cloud.team+ec2@eu.example.co.uk'],
    ['lena', 'lena@example', '@example.com', 'a@example.com,b@example.com', 'Lena <lena@example.com>'],
  ],
  [
    'NotificationKeyArn',
    [
      '',
      'arn:aws:kms:eu-west-1:111122223333:key/0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30',
      'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
    ],
    [
      'alias/aws/sns',
      '0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30',
      'arn:aws:kms:eu-west-1:111122223333:alias/aws/sns',
    ],
  ],
  ['RunbookUrl', ['docs/runbook.md', 'https://git.example.com/a/docs/runbook.md'], ['', 'two words']],
])('%s allows %j and refuses %j', (name, allowed, refused) => {
  expect(allowed.filter((value) => !allows(others[name], value))).toEqual([]);
  expect(refused.filter((value) => allows(others[name], value))).toEqual([]);
});
