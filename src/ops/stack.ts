import * as v from 'valibot';
import type { DeployedStack } from './aws/cloudformation-stack.ts';
import { modes } from '../enforcer/enforcement.ts';
import { OpsError } from './errors.ts';

const text = v.pipe(v.string(), v.nonEmpty());

/** The outputs of template.yaml that the commands find everything else by. */
const Outputs = v.object({
  FunctionName: text,
  FunctionArn: text,
  RoleArn: text,
  LogGroupName: text,
  RuleName: text,
  RuleArn: text,
  DeadLetterQueueUrl: v.pipe(v.string(), v.url()),
  DeadLetterQueueArn: text,
  Mode: v.picklist(modes),
  MetricsNamespace: text,
  NotificationTopicArn: text,
  // A stack of an older template has none of these.
  SecondLookFunctionName: v.optional(text),
  SecondLookRoleArn: v.optional(text),
  SecondLookMappingId: v.optional(text),
  SecondLookQueueUrl: v.optional(v.pipe(v.string(), v.url())),
  StartRuleName: v.optional(text),
  PauseFunctionName: v.optional(text),
  // A stack that is no hub has none of these.
  OrganizationBusArn: v.optional(text),
  MemberLaunchRuleArn: v.optional(text),
  MemberStartRuleArn: v.optional(text),
});

/** The deployed stack, with its outputs as the template promises them. */
export interface Stack {
  readonly name: string;
  readonly stackId: string;
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: v.InferOutput<typeof Outputs>;
}

/**
 * @param found undefined when CloudFormation knows no such stack
 * @throws OpsError when there is no such stack, or it is not one of this template
 */
export function readStack(name: string, found: DeployedStack | undefined): Stack {
  if (found === undefined) {
    throw new OpsError(
      `Found no stack \`${name}\` in this account and region. ` +
        'Give its name with --stack and its region with --region, or deploy it with `npm run deploy`.',
    );
  }
  const outputs = v.safeParse(Outputs, found.outputs);
  if (outputs.success) return { name, ...found, outputs: outputs.output };
  const [issue] = outputs.issues;
  throw new OpsError(
    `Expected the stack \`${name}\` (${found.status}) to have an output ` +
      `\`${v.getDotPath(issue) ?? 'FunctionName'}\` as template.yaml has, found ${issue.received}. ` +
      'Name the right stack with --stack, or deploy it anew with `npm run deploy`.',
  );
}
