import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { deployStack, removeStack, type Outputs, type Parameters } from '../../../src/local/aws/stack.ts';
import { credentials, region } from '../setup/environment.ts';
import { localAws } from './clients.ts';

export type { Outputs, Parameters };

const here = { region, addresses: localAws };

/** Tests terminate many in a short time, and want to go on. */
const goesOn: Parameters = { PauseOnKillStorm: 'false' };

/**
 * Deploys `template.yaml` with `sam deploy`, as a new stack or as an update of the one of that name.
 *
 * @param folder where the template and `samconfig.toml` are, when not in the project's
 */
export async function deploy(
  stackName: string,
  parameters: Parameters = {},
  folder?: string,
): Promise<Outputs> {
  return deployStack(here, stackName, { ...goesOn, ...parameters }, folder);
}

/** Deletes a stack and its files in S3 with `sam delete`. */
export async function remove(stackName: string): Promise<void> {
  await removeStack(here, stackName);
}

/** The ARN of a stack that is deployed. */
export async function stackId(stackName: string): Promise<string> {
  const cloudFormation = new CloudFormationClient({ region, credentials, endpoint: localAws.aws });
  const { Stacks: [stack] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  return stack?.StackId ?? 'none';
}
