import * as v from 'valibot';
import { OpsError } from './errors.ts';
import { hubParts, type HubParts } from './hub-parts.ts';
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
  /** Id of the event source mapping, which hands the queue's messages to the function. */
  readonly mappingId: string;
}

/** What a stack is made of, as far as the commands work on it. */
export interface StackParts {
  /** The function `EnforceNameTag`, which launch events go to. */
  readonly launches: FunctionParts;
  /** Undefined in a stack of an older template. */
  readonly secondLook: SecondLookParts | undefined;
  /** Undefined in a stack that is no hub. */
  readonly hub: HubParts | undefined;
}

/** All of them, where there is one. */
const SecondLookOutputs = v.object({
  SecondLookFunctionName: v.string(),
  SecondLookRoleArn: v.string(),
  SecondLookMappingId: v.string(),
  SecondLookQueueUrl: v.string(),
  StartRuleName: v.string(),
});

export function stackParts(stack: Stack): StackParts {
  const { FunctionName, FunctionArn, RuleName, RuleArn, RoleArn } = stack.outputs;
  return {
    launches: {
      functionName: FunctionName,
      functionArn: FunctionArn,
      ruleName: RuleName,
      ruleArn: RuleArn,
      roleName: lastPart(RoleArn),
      roleArn: RoleArn,
    },
    secondLook: secondLookParts(stack),
    hub: hubParts(stack),
  };
}

/** @throws OpsError when the stack is of an older template */
export function secondLookOf(stack: Stack): SecondLookParts {
  const parts = secondLookParts(stack);
  if (parts !== undefined) return parts;
  throw new OpsError(
    `Expected the stack \`${stack.name}\` to have a second-look queue, as template.yaml has, found none: it is of an ` +
      'older template. Deploy it anew with `npm run deploy`.',
  );
}

function secondLookParts(stack: Stack): SecondLookParts | undefined {
  const outputs = v.safeParse(SecondLookOutputs, stack.outputs);
  if (!outputs.success) return undefined;
  const {
    SecondLookFunctionName: functionName,
    SecondLookRoleArn: roleArn,
    SecondLookMappingId: mappingId,
    SecondLookQueueUrl: queueUrl,
    StartRuleName: ruleName,
  } = outputs.output;
  const { partition, region, account } = placeOf(stack);
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  return {
    functionName,
    functionArn: arn('lambda', `function:${functionName}`),
    ruleName,
    ruleArn: arn('events', `rule/${ruleName}`),
    roleName: lastPart(roleArn),
    roleArn,
    queueUrl,
    queueArn: arn('sqs', lastPart(queueUrl)),
    mappingId,
  };
}

function lastPart(path: string): string {
  return path.split('/').at(-1) ?? path;
}
