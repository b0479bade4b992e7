import { EC2, type DescribeInstancesCommandInput } from '@aws-sdk/client-ec2';
import {
  describeFailure,
  readInstances,
  readRefusal,
  readTerminating,
} from '../../../src/aws/ec2-answers.ts';
import { ec2Limits } from '../../../src/aws/ec2-limits.ts';
import type { CallFailed, Description, InstanceFleet } from '../../../src/enforcer/fleet.ts';

/** The fleet as it is written by whoever does not think of size: through the client that has every operation. */
export function createLazyEc2Fleet(endpoint: string | undefined): InstanceFleet {
  const ec2 = new EC2(endpoint === undefined ? {} : { endpoint });

  const describe = async (input: DescribeInstancesCommandInput): Promise<Description> =>
    answered(async () => ({
      kind: 'described',
      instances: readInstances(await ec2.describeInstances({ ...input, MaxResults: 1000 })),
    }));

  return {
    limits: ec2Limits,
    describe: async (instanceIds) =>
      describe({ Filters: [{ Name: 'instance-id', Values: [...instanceIds] }] }),
    find: async ({ by, value }) => describe({ Filters: [{ Name: by, Values: [value] }] }),
    terminate: async (instanceIds) =>
      answered(async () => {
        try {
          const answer = await ec2.terminateInstances({ InstanceIds: [...instanceIds] });
          return { kind: 'accepted', instanceIds: readTerminating(answer) };
        } catch (error) {
          const refused = readRefusal(error);
          if (refused === undefined) throw error;
          return refused;
        }
      }),
  };
}

async function answered<T>(call: () => Promise<T>): Promise<T | CallFailed> {
  try {
    return await call();
  } catch (error) {
    return { kind: 'call-failed', detail: describeFailure(error) };
  }
}
