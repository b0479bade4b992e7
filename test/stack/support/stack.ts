import { deployStack, removeStack, type Outputs, type Parameters } from '../../../src/local/aws/stack.ts';
import { region } from '../setup/environment.ts';
import { localAws } from './clients.ts';

export type { Outputs, Parameters };

const here = { region, addresses: localAws };

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
  return deployStack(here, stackName, parameters, folder);
}

/** Deletes a stack and its files in S3 with `sam delete`. */
export async function remove(stackName: string): Promise<void> {
  await removeStack(here, stackName);
}
