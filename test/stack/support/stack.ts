import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import { environment, region } from '../setup/environment.ts';
import { projectRoot } from '../setup/paths.ts';
import { sam } from '../setup/python-tools.ts';
import { run } from '../setup/run.ts';
import { cloudFormation, localAws } from './clients.ts';

/** What the template puts out, for those that need it. */
const Outputs = v.object({
  FunctionName: v.string(),
  LogGroupName: v.string(),
  RuleName: v.string(),
  DeadLetterQueueUrl: v.string(),
  SecondLookQueueUrl: v.string(),
  SecondLookFunctionName: v.string(),
  SecondLookRoleArn: v.string(),
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

/** Deploys `template.yaml` with `sam deploy`, as a new stack or as an update of the one of that name. */
export async function deploy(stackName: string, parameters: Parameters = {}): Promise<Outputs> {
  // In quotes: sam cuts a value at its first blank without a word.
  const overrides = Object.entries({ ...unknownTypesLeftOut, ...parameters }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  const options = ['--stack-name', stackName, '--no-confirm-changeset', '--no-progressbar'];
  await runSam('deploy', [...options, '--parameter-overrides', ...overrides]);
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
export async function remove(stackName: string): Promise<void> {
  await runSam('delete', ['--stack-name', stackName, '--no-prompts', '--region', region]);
}

async function runSam(command: string, options: readonly string[]): Promise<void> {
  const ended = await run(sam, [command, ...options], { cwd: projectRoot, env: environment(localAws) });
  if (ended.code === 0) return;
  throw new Error(`sam ${command} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}
