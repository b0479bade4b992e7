import { runSimulation } from '@cloud-copilot/iam-simulate';
import { account } from './cloudformation/example-stack.ts';
import type { Json } from './cloudformation/json.ts';

/** One call, as IAM judges it. */
export interface Call {
  readonly action: string;
  /** ARN of what the call is about; `*` for an action that knows no resource. */
  readonly resource: string;
  /** Tags of that resource. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Whether a role with these identity policies may make the call, with no other policy in force.
 *
 * The resource always counts as the role's own account's, so that the policies alone decide: across accounts IAM also
 * asks the resource's owner, who would refuse whatever the role's policies say.
 */
export async function isAllowed(
  policies: readonly Json[],
  { action, resource, tags = {} }: Call,
): Promise<boolean> {
  const tagEntries = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  const simulated = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/EnforceNameTagRole/EnforceNameTag`,
        action,
        resource: { resource, accountId: account },
        contextVariables: Object.fromEntries(tagEntries),
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === 'error')
    throw new Error(`${action} on ${resource}: ${simulated.errors.message}`);
  return simulated.overallResult === 'Allowed';
}
