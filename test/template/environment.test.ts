import { expect, test } from 'vitest';
import { readConfig } from '../../src/functions/config.ts';
import { exampleStack, queueUrl } from '../support/cloudformation/example-stack.ts';
import { at, entries } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';

/** The environment of a function in a stack with these parameters. */
function environment(
  parameters: Record<string, string> = {},
  functionId: 'EnforceNameTag' | 'SecondLook' = 'EnforceNameTag',
): Record<string, string> {
  const { resources } = exampleStack(template, parameters);
  const variables = entries(at(resources[functionId], 'Environment', 'Variables'));
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

  const held = Object.keys(environment({ Ec2EndpointUrl: 'http://127.0.0.1:4000' }));

  expect(new Set(held)).toEqual(read);
});

test('a stack with no parameters given runs as the function does with no settings at all, and tells people', () => {
  expect(readConfig(environment())).toEqual({
    ...readConfig({}),
    stackName: 'example',
    eventBusName: 'default',
    secondLookQueueUrl: queueUrl('SecondLookQueue'),
    deadLetterQueueUrl: queueUrl('DeadLetterQueue'),
  });
});

test('every parameter of what is enforced reaches the function', () => {
  const config = readConfig(
    environment({
      Mode: 'report',
      GracePeriodMinutes: '90',
      HasTrail: 'false',
      ExemptTagKeys: 'aws:autoscaling:groupName, cost centre/team@x',
      Ec2EndpointUrl: 'http://127.0.0.1:4000',
    }),
  );

  expect(config).toEqual({
    isSamLocal: false,
    stackName: 'example',
    mode: 'report',
    grace: 90 * 60 * 1000,
    hasTrail: false,
    secondLookQueueUrl: queueUrl('SecondLookQueue'),
    deadLetterQueueUrl: queueUrl('DeadLetterQueue'),
    exemptTagKeys: new Set(['aws:autoscaling:groupName', 'cost centre/team@x']),
    ec2EndpointUrl: 'http://127.0.0.1:4000',
    eventBusName: 'default',
  });
});

test('both functions have the same environment', () => {
  const parameters = { Mode: 'report', GracePeriodMinutes: '90', Ec2EndpointUrl: 'http://127.0.0.1:4000' };

  expect(environment({}, 'SecondLook')).toEqual(environment());
  expect(environment(parameters, 'SecondLook')).toEqual(environment(parameters));
});

test('a stack that makes a trail has one, whatever else is said', () => {
  expect(readConfig(environment({ CreateTrail: 'true', HasTrail: 'false' })).hasTrail).toBe(true);
});

test('with an EC2 endpoint and without, the environment is the same but for the endpoint', () => {
  const { AWS_ENDPOINT_URL_EC2: endpoint, ...others } = environment({
    Ec2EndpointUrl: 'http://127.0.0.1:4000',
  });

  expect(endpoint).toBe('http://127.0.0.1:4000');
  expect(environment()).toEqual(others);
});
