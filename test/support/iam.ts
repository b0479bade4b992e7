import { runSimulation } from '@cloud-copilot/iam-simulate';
import { account } from './cloudformation/example-stack.ts';
import type { Json } from './cloudformation/json.ts';

/** One call. */
export interface Call {
  readonly action: string;
  /** ARN of what the call is about; `*` for an action that knows no resource. */
  readonly resource: string;
}

/** One call, by whom and under which policies. */
export interface Request extends Call {
  /** ARN of a role's session, or the name of an AWS service; the function's role when left out. */
  readonly principal?: string;
  /** Condition keys with their values; a key that is left out is absent. */
  readonly context?: Readonly<Record<string, string | string[]>>;
  readonly identityPolicies?: readonly Json[];
  readonly resourcePolicy?: Json;
  /** Account that owns the resource; the example account when left out. */
  readonly resourceAccount?: string;
}

const functionSession = `arn:aws:sts::${account}:assumed-role/EnforceNameTagRole/EnforceNameTag`;

/**
 * Whether IAM lets the call through when no other policies are in force.
 *
 * Unless said otherwise the resource counts as the example account's, so that the given policies alone decide: across
 * accounts IAM also asks the resource's owner, who would refuse whatever the caller's policies say.
 */
export async function isAllowed(request: Request): Promise<boolean> {
  const {
    action,
    resource,
    principal = functionSession,
    context = {},
    identityPolicies = [],
    resourcePolicy,
    resourceAccount = account,
  } = request;
  const simulated = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: resourceAccount },
        contextVariables: { ...context },
      },
      identityPolicies: identityPolicies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (simulated.resultType === 'error')
    throw new Error(`${action} on ${resource}: ${simulated.errors.message}`);
  return simulated.overallResult === 'Allowed';
}

/** Condition keys of a resource with these tags. */
export function tagged(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  return Object.fromEntries(entries);
}
