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
        is(Condition, 'aws:sourcearn', ruleArn),
    );
}

/**
 * Whom the policy of an event bus lets put events on it: everybody, an organization alone, or not even that.
 *
 * @param policy JSON text
 * @throws v.ValiError when it is no policy
 */
export function whomBusLetsIn(
  policy: string,
  organizationId: string,
): 'everybody' | 'organization' | 'nobody' {
  const conditions = v
    .parse(Policy, policy)
    .Statement.filter(
      ({ Effect, Principal, Action }) =>
        Effect === 'Allow' && isEverybody(Principal) && Action.includes('events:PutEvents'),
    )
    .map(({ Condition }) => Condition);
  if (conditions.some((condition) => Object.keys(condition).length === 0)) return 'everybody';
  return conditions.some((condition) => is(condition, 'aws:principalorgid', organizationId))
    ? 'organization'
    : 'nobody';
}

function isEverybody(principal: unknown): boolean {
  return v.is(v.union([v.literal('*'), v.object({ AWS: v.literal('*') })]), principal);
}

function isEventBridge(principal: unknown): boolean {
  const service = v.safeParse(v.object({ Service: texts }), principal);
  return service.success && service.output.Service.includes('events.amazonaws.com');
}

/**
 * Whether what a statement asks for is met by this key with this value. Condition keys have no case:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function is(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  wantedKey: string,
  value: string,
): boolean {
  return Object.values(conditions)
    .flatMap((keys) => Object.entries(keys))
    .every(([key, values]) => key.toLowerCase() === wantedKey && values.includes(value));
}
