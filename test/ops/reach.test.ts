import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/ops/aws/connection.ts';
import type { CommandContext } from '../../src/ops/command-context.ts';
import { createReach, type Reach } from '../../src/ops/reach.ts';
import { home, PrintedOutput } from '../support/dead-letter.ts';
import { mockClient } from '../support/mock-client.ts';
import { stackWith } from '../support/ops-stack.ts';

const ec2 = mockClient(EC2Client);
const connection = { region: home.region, profile: 'hub' };
const member = { account: '444455556666', region: 'us-east-1' };
let asked = 0;

beforeEach(() => {
  asked = 0;
  ec2.reset();
  ec2.on(DescribeInstancesCommand).resolves({});
});

/** Of a hub, unless these parameters make it none; the caller may look into other accounts over this connection. */
function reach(
  there?: Connection,
  parameters: Record<string, string> = { OrganizationId: 'o-a1b2c3d4e5' },
): Reach {
  const stack = stackWith({}, parameters);
  const context: CommandContext = {
    connection,
    stackName: stack.name,
    output: new PrintedOutput(),
    stack: async () => stack,
    async elsewhere() {
      asked += 1;
      return { connectionTo: () => there };
    },
    anew: () => context,
  };
  return createReach(context, stack);
}

describe('a stack acts', () => {
  test.each([[{}], [{ OrganizationId: '' }]])(
    'in its own account and region alone, with %j',
    (parameters) => {
      const { settledIn } = reach(undefined, parameters);

      expect([settledIn(home), settledIn({ account: undefined, region: undefined })]).toEqual([home, home]);
      expect([settledIn(member), settledIn({ ...home, region: 'us-east-1' })]).toEqual([
        undefined,
        undefined,
      ]);
    },
  );

  test('as a hub wherever a launch tells that it was, and nowhere else', () => {
    const { settledIn } = reach();

    expect([settledIn(home), settledIn(member)]).toEqual([home, member]);
    expect([settledIn({ ...home, region: undefined }), settledIn({ ...home, account: undefined })]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('its instances are looked at', () => {
  test("over the caller's own connection in its own account and region, and nobody asks STS", async () => {
    const { connectionTo, fleetIn } = reach();

    expect(await connectionTo(home)).toEqual(connection);
    expect(await fleetIn(home)).toBeDefined();
    expect(asked).toBe(0);
  });

  test('over the connection to a member, in its region', async () => {
    const fleet = await reach({ region: member.region }).fleetIn(member);
    await fleet?.describe(['i-0123456789abcdef0'], Date.now() + 10_000);

    const [call] = ec2.commandCalls(DescribeInstancesCommand);
    const client: unknown = call?.thisValue;
    expect(client instanceof EC2Client && (await client.config.region())).toBe(member.region);
    expect(asked).toBe(1);
  });

  test('by nobody in a member that there is no connection to', async () => {
    expect(await reach().fleetIn(member)).toBeUndefined();
  });

  test('by one client for each account and region', async () => {
    const { fleetIn } = reach({ region: member.region });

    expect(await fleetIn(member)).toBe(await fleetIn({ ...member }));
    expect(await fleetIn(home)).not.toBe(await fleetIn(member));
  });
});
