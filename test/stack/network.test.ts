import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentials, region } from './setup/environment.ts';
import { lambda, localAws } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

const iam = new IAMClient({ region, credentials, endpoint: localAws.aws });
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy('network', {
    SubnetIds: 'subnet-0a1b2c3d,subnet-0b2c3d4e',
    SecurityGroupIds: 'sg-0a1b2c3d',
  });
});
afterAll(async () => remove('network'));

/** The managed policies of the roles of all three functions. */
async function attached(): Promise<string[]> {
  const names = [stack.FunctionName, stack.SecondLookFunctionName, stack.PauseFunctionName];
  const answers = await Promise.all(
    names.map(async (FunctionName) => {
      const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return iam.send(new ListAttachedRolePoliciesCommand({ RoleName: Role.split('/').at(-1) }));
    }),
  );
  return answers.flatMap(({ AttachedPolicies = [] }) =>
    AttachedPolicies.flatMap((one) => one.PolicyArn ?? []),
  );
}

// Local AWS has no subnets that a function could be in: test/stack/template/network.test.ts looks at the template.
test('A stack in a network of your own deploys, with what Lambda needs for that, and a nameless launch dies', async () => {
  expect(await attached()).toHaveLength(3);

  const { instanceIds, call } = await launchWithSdk();
  await deliver(eventOf(call));
  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
});
