import { expect, test } from 'vitest';
import { readConfig } from '../../src/functions/config.ts';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { at, entries } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';

/** The environment of both functions in a stack with these parameters. */
function environment(parameters: Record<string, string> = {}): Record<string, string> {
  const { resources } = exampleStack(template, parameters);
  const variables = entries(at(resources['EnforceNameTag'], 'Environment', 'Variables'));
  return Object.fromEntries(
    variables.map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
  );
}

test('the environment holds every variable that the function reads, and no other', () => {
  const read = new Set<string>();
  readConfig(new Proxy({}, { get: (_, name) => void read.add(String(name)) }));
  // The SAM command line's own, for functions that it runs on a computer.
  read.delete('AWS_SAM_LOCAL');

  const held = Object.keys(
    environment({ Ec2EndpointUrl: 'http://127.0.0.1:4000', OrganizationId: 'o-a1b2c3d4e5' }),
  );

  expect(new Set(held)).toEqual(read);
});

/** A reference to a queue is its URL. */
const queues = {
  secondLookQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/SecondLookQueue',
  deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/DeadLetterQueue',
};

test('both functions have the same environment', () => {
  const { resources } = exampleStack(template);

  expect(at(resources['SecondLook'], 'Environment')).toEqual(at(resources['EnforceNameTag'], 'Environment'));
});

test('a stack with no parameters given runs as the function does with no settings at all, and tells people', () => {
  expect(readConfig(environment())).toEqual({
    ...readConfig({}),
    stackName: 'example',
    eventBusName: 'default',
    ...queues,
  });
});

test('every parameter of what is enforced reaches the function', () => {
  const config = readConfig(
    environment({
      Mode: 'report',
      ServiceLaunchMode: 'name',
      RelaunchLimit: '7',
      ExemptTagKeys: 'aws:autoscaling:groupName, cost centre/team@x',
      GracePeriodMinutes: '90',
      HasTrail: 'false',
      Ec2EndpointUrl: 'http://127.0.0.1:4000',
    }),
  );

  expect(config).toEqual({
    isSamLocal: false,
    stackName: 'example',
    mode: 'report',
    serviceLaunchMode: 'name',
    relaunchLimit: 7,
    exemptTagKeys: new Set(['aws:autoscaling:groupName', 'cost centre/team@x']),
    grace: 90 * 60_000,
    memberRoleName: undefined,
    noticesInMembers: false,
    hasTrail: false,
    ec2EndpointUrl: 'http://127.0.0.1:4000',
    eventBusName: 'default',
    ...queues,
  });
});

test('with an EC2 endpoint and without, the environment is the same but for the endpoint', () => {
  const { AWS_ENDPOINT_URL_EC2: endpoint, ...others } = environment({
    Ec2EndpointUrl: 'http://127.0.0.1:4000',
  });

  expect(endpoint).toBe('http://127.0.0.1:4000');
  expect(environment()).toEqual(others);
});

test('a stack that makes a trail has one, whatever else is said', () => {
  expect(environment({ CreateTrail: 'true', HasTrail: 'false' })['HAS_TRAIL']).toBe('true');
});

test('a hub knows the role that its members have for it, and another stack has no such setting', () => {
  const hub = { OrganizationId: 'o-a1b2c3d4e5', MemberRoleName: 'enforcer' };

  expect(readConfig(environment(hub)).memberRoleName).toBe('enforcer');
  expect(environment({ MemberRoleName: 'enforcer' })).not.toHaveProperty('MEMBER_ROLE_NAME');
});

test('a hub puts notices in its members where that is asked for, and another stack has no such setting', () => {
  const hub = { OrganizationId: 'o-a1b2c3d4e5' };

  expect(readConfig(environment({ ...hub, NoticesInMembers: 'true' })).noticesInMembers).toBe(true);
  expect(readConfig(environment(hub)).noticesInMembers).toBe(false);
  expect(environment({ NoticesInMembers: 'true' })).not.toHaveProperty('NOTICES_IN_MEMBERS');
});
