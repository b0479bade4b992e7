import * as v from 'valibot';
import type { Connection } from './aws/connection.ts';
import type { Elsewhere } from './aws/elsewhere.ts';
import { createOutput, type Output } from './output.ts';
import { readStack, type Stack } from './stack.ts';

/** The stack's name when none is given, as in samconfig.toml. */
export const defaultStackName = 'ec2-name-tag-enforcer';

/** The options that every command takes. */
const GlobalOptions = v.object({
  region: v.optional(v.string()),
  profile: v.optional(v.string()),
  role: v.optional(v.string()),
  stack: v.string(),
  json: v.optional(v.boolean(), false),
});

/** What every command works with. */
export interface CommandContext {
  readonly connection: Connection;
  readonly stackName: string;
  readonly output: Output;
  /**
   * The deployed stack, asked for once.
   * @throws OpsError when there is none
   */
  readonly stack: () => Promise<Stack>;
  /** What calls are made with in other accounts and regions. */
  readonly elsewhere: () => Promise<Elsewhere>;
  /** The same with nothing asked for yet, in this region or with this output where they are given. */
  readonly anew: (changes: { readonly region?: string; readonly output?: Output }) => CommandContext;
}

/** @param options of the command and the program, as commander gives them */
export function createCommandContext(options: unknown): CommandContext {
  const {
    region = defaultRegion(process.env),
    profile,
    role,
    stack: stackName,
    json,
  } = v.parse(GlobalOptions, options);
  const connection = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  return contextOf(connection, role, stackName, createOutput(json));
}

function contextOf(
  connection: Connection,
  role: string | undefined,
  stackName: string,
  output: Output,
): CommandContext {
  let reading: Promise<Stack> | undefined;
  let finding: Promise<Elsewhere> | undefined;
  return {
    connection,
    stackName,
    output,
    stack: () => (reading ??= findStack(connection, stackName)),
    elsewhere: () => (finding ??= findElsewhere(connection, role)),
    anew: ({ region, output: other = output }) =>
      contextOf({ ...connection, ...(region !== undefined && { region }) }, role, stackName, other),
  };
}

/**
 * `AWS_DEFAULT_REGION`, as for the `aws` command line; the SDK itself reads `AWS_REGION` alone.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
function defaultRegion(environment: NodeJS.ProcessEnv): string | undefined {
  const { AWS_REGION: region, AWS_DEFAULT_REGION: fallback } = environment;
  return region || !fallback ? undefined : fallback;
}

/** Loads the SDK's client here: not every command asks for the stack. */
async function findStack(connection: Connection, name: string): Promise<Stack> {
  const { createStackReader } = await import('./aws/cloudformation-stack.ts');
  return readStack(name, await createStackReader(connection, name).describe());
}

async function findElsewhere(connection: Connection, role: string | undefined): Promise<Elsewhere> {
  const { createElsewhere } = await import('./aws/elsewhere.ts');
  return createElsewhere(connection, role);
}
