import type { StackResource } from './aws/cloudformation-stack.ts';
import type { Connection } from './aws/connection.ts';
import { OpsError } from './errors.ts';
import { placeOf } from './place.ts';
import type { Stack } from './stack.ts';

/** One of the stack's two functions, with the rule that its events come by and the role that it runs with. */
export interface FunctionParts {
  readonly functionName: string;
  readonly functionArn: string;
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly roleName: string;
  readonly roleArn: string;
}

/** What looks at instances once more, or without a launch event: the function `SecondLook`, behind its queue. */
export interface SecondLookParts extends FunctionParts {
  readonly queueUrl: string;
  readonly queueArn: string;
  /** Id of what hands the queue's messages to the function. */
  readonly mappingId: string;
}

/** What a stack is made of, as far as the commands work on it. */
export interface StackParts {
  /** The function `EnforceNameTag`, which launch events go to. */
  readonly launches: FunctionParts;
  /** Undefined in a stack of an older template. */
  readonly secondLook: SecondLookParts | undefined;
  readonly logGroupNames: readonly string[];
}

/** Asks CloudFormation for the parts of a stack that are no outputs. */
export async function readStackParts(connection: Connection, stack: Stack): Promise<StackParts> {
  const { createStackReader } = await import('./aws/cloudformation-stack.ts');
  return stackParts(stack, await createStackReader(connection, stack.name).resources());
}

/** @throws OpsError when the stack has a second-look queue, and not all that goes with it */
export function stackParts(stack: Stack, resources: readonly StackResource[]): StackParts {
  const { outputs } = stack;
  const logGroupNames = resources
    .filter(({ type }) => type === 'AWS::Logs::LogGroup')
    .map(({ physicalId }) => physicalId);
  return {
    launches: {
      functionName: outputs.FunctionName,
      functionArn: outputs.FunctionArn,
      ruleName: outputs.RuleName,
      ruleArn: outputs.RuleArn,
      roleName: outputs.RoleArn.split('/').at(-1) ?? outputs.RoleArn,
      roleArn: outputs.RoleArn,
    },
    secondLook: secondLookParts(stack, resources),
    logGroupNames: logGroupNames.length === 0 ? [outputs.LogGroupName] : logGroupNames,
  };
}

function secondLookParts(stack: Stack, resources: readonly StackResource[]): SecondLookParts | undefined {
  const { SecondLookQueueUrl: queueUrl } = stack.outputs;
  if (queueUrl === undefined) return undefined;
  const { partition, region, account } = placeOf(stack);
  const find = (what: string, fits: (resource: StackResource) => boolean): string => {
    const found = resources.find(fits)?.physicalId;
    if (found !== undefined && found !== '') return found;
    throw new OpsError(
      `Expected the stack \`${stack.name}\` to have ${what}, as template.yaml has, found none. ` +
        'Deploy it anew with `npm run deploy`.',
    );
  };
  const named = (logicalId: string): string =>
    find(`a resource \`${logicalId}\``, (resource) => resource.logicalId === logicalId);
  const functionName = named('SecondLook');
  const ruleName = named('StartRule');
  const roleName = named('SecondLookRole');
  const queueName = queueUrl.split('/').at(-1) ?? queueUrl;
  return {
    functionName,
    functionArn: `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
    ruleName,
    ruleArn: `arn:${partition}:events:${region}:${account}:rule/${ruleName}`,
    roleName,
    roleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
    queueUrl,
    queueArn: `arn:${partition}:sqs:${region}:${account}:${queueName}`,
    mappingId: find(
      'an event source mapping',
      ({ type, logicalId }) =>
        type === 'AWS::Lambda::EventSourceMapping' && logicalId.startsWith('SecondLook'),
    ),
  };
}
