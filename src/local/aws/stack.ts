import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import { credentials, environment } from './environment.ts';
import { projectRoot } from './paths.ts';
import { sam } from './python-tools.ts';
import { run } from './run.ts';
import type { Addresses } from './start-local-aws.ts';

/** What the template puts out, for those that need it. */
const Outputs = v.object({
  FunctionName: v.string(),
  LogGroupName: v.string(),
  RuleName: v.string(),
  DeadLetterQueueUrl: v.string(),
  SecondLookQueueUrl: v.string(),
  SecondLookFunctionName: v.string(),
  SecondLookRoleArn: v.string(),
  SecondLookMappingId: v.string(),
  PauseFunctionName: v.string(),
  NotificationTopicArn: v.string(),
  RoleArn: v.string(),
  UndeliveredNoticesQueueUrl: v.string(),
  Notifications: v.string(),
  OrganizationBusArn: v.optional(v.string()),
});
export type Outputs = v.InferOutput<typeof Outputs>;

/** Values for the template's parameters; the others keep their defaults. */
export type Parameters = Readonly<Record<string, string>>;

/** MiniStack's CloudFormation does not know AWS::Logs::QueryDefinition. */
const unknownTypesLeftOut: Parameters = { CreateQueries: 'false' };

/** A region of local AWS. */
export interface LocalRegion {
  readonly region: string;
  readonly addresses: Pick<Addresses, 'aws' | 'ec2'>;
}

/**
 * Deploys `template.yaml` with `sam deploy`, as a new stack or as an update of the one of that name.
 *
 * @param folder where the template and `samconfig.toml` are
 */
export async function deployStack(
  here: LocalRegion,
  stackName: string,
  parameters: Parameters = {},
  folder = projectRoot,
): Promise<Outputs> {
  // In quotes: sam cuts a value at its first blank without a word.
  const overrides = Object.entries({ ...unknownTypesLeftOut, ...parameters }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  const options = ['--stack-name', stackName, '--no-confirm-changeset', '--no-progressbar'];
  await runSam(here, 'deploy', [...options, '--parameter-overrides', ...overrides], folder);
  const { region, addresses } = here;
  const cloudFormation = new CloudFormationClient({ region, credentials, endpoint: addresses.aws });
  const { Stacks: stacks = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const outputs = stacks.flatMap((stack) => stack.Outputs ?? []);
  return v.parse(
    Outputs,
    Object.fromEntries(outputs.map((output) => [output.OutputKey, output.OutputValue])),
  );
}

/** Deletes a stack and its files in S3 with `sam delete`. */
export async function removeStack(here: LocalRegion, stackName: string): Promise<void> {
  await runSam(here, 'delete', ['--stack-name', stackName, '--no-prompts', '--region', here.region]);
}

async function runSam(
  { region, addresses }: LocalRegion,
  command: string,
  options: readonly string[],
  cwd = projectRoot,
): Promise<void> {
  const ended = await run(sam, [command, ...options], { cwd, env: environment(region, addresses) });
  if (ended.code === 0) return;
  throw new Error(`sam ${command} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}
