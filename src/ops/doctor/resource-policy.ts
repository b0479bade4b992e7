import * as v from 'valibot';

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const Statement = v.object({
  Effect: v.string(),
  Principal: v.optional(v.unknown()),
  Action: v.optional(texts, []),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), texts)), {}),
});

const Policy = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Statement: v.union([
      v.array(Statement),
      v.pipe(
        Statement,
        v.transform((one) => [one]),
      ),
    ]),
  }),
);

/**
 * Whether a resource's policy lets EventBridge take an action for one rule.
 *
 * @param policy JSON text
 * @throws v.ValiError when it is no policy
 */
export function letsRuleIn(policy: string, action: string, ruleArn: string): boolean {
  return v
    .parse(Policy, policy)
    .Statement.some(
      ({ Effect, Principal, Action, Condition }) =>
        Effect === 'Allow' &&
        isEventBridge(Principal) &&
        Action.includes(action) &&
        concerns(Condition, ruleArn),
    );
}

function isEventBridge(principal: unknown): boolean {
  const service = v.safeParse(v.object({ Service: texts }), principal);
  return service.success && service.output.Service.includes('events.amazonaws.com');
}

/** Condition keys have no case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function concerns(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  arn: string,
) {
  return Object.values(conditions)
    .flatMap((keys) => Object.entries(keys))
    .every(([key, values]) => key.toLowerCase() === 'aws:sourcearn' && values.includes(arn));
}
