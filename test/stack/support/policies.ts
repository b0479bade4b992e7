import { GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import * as v from 'valibot';
import { iam, lambda, sns } from './clients.ts';

const Policy = v.object({
  Version: v.string(),
  Statement: v.array(v.looseObject({ Sid: v.string() })),
});
export type Policy = v.InferOutput<typeof Policy>;

const parse = (text: string | undefined): Policy => v.parse(Policy, JSON.parse(text ?? ''));

export const without = ({ Version, Statement }: Policy, ...sids: readonly string[]): Policy => ({
  Version,
  Statement: Statement.filter(({ Sid }) => !sids.includes(Sid)),
});

const named = (roleArn: string) => ({
  RoleName: roleArn.split('/').at(-1),
  PolicyName: 'enforcement',
});

/**
 * The policy that the roles of both functions share, as one of them has it; and that of a member's role.
 *
 * @param by client of the role's account, when it is another
 */
export async function rolePolicy(roleArn: string, by = iam): Promise<Policy> {
  const { PolicyDocument = '' } = await by.send(new GetRolePolicyCommand(named(roleArn)));
  return parse(decodeURIComponent(PolicyDocument));
}

export async function putRolePolicy(roleArn: string, policy: Policy, by = iam): Promise<void> {
  await by.send(new PutRolePolicyCommand({ ...named(roleArn), PolicyDocument: JSON.stringify(policy) }));
}

/** Takes away all that the function's own policy allows: EventBridge may not invoke it. */
export async function shutFunction(FunctionName: string): Promise<void> {
  const { Policy: policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  for (const { Sid: StatementId } of parse(policy).Statement) {
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  }
}

/** Takes away what a topic's policy allows EventBridge. */
export async function shutTopicToNotices(TopicArn: string): Promise<void> {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  const AttributeValue = JSON.stringify(without(parse(Attributes?.['Policy']), 'TakeNoticesOfTheRule'));
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
}
