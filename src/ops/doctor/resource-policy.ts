import * as v from 'valibot';

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const Statement = v.object({
  Sid: v.optional(v.string()),
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

/** Whom the policy of an event bus lets in. */
interface BusPolicy {
  readonly letsOrganizationIn: boolean;
  /** Every other statement that allows something, by its Sid, or else by its principal in JSON. */
  readonly others: readonly string[];
}

/**
 * Tells the statement that lets the accounts of an organization put events on a bus, and nothing but that, from all others.
 *
 * @param policy JSON text
 * @throws v.ValiError when it is no policy
 */
export function readBusPolicy(policy: string, organizationId: string): BusPolicy {
  const allowing = v.parse(Policy, policy).Statement.filter(({ Effect }) => Effect === 'Allow');
  const others = allowing.filter(
    ({ Principal, Action, Condition }) =>
      !isEverybody(Principal) ||
      Action.join(' ') !== 'events:PutEvents' ||
      !isOfOrganization(Condition, organizationId),
  );
  return {
    letsOrganizationIn: others.length < allowing.length,
    others: others.map(({ Sid, Principal }) => Sid ?? `the one for ${JSON.stringify(Principal)}`),
  };
}

function isEverybody(principal: unknown): boolean {
  if (principal === '*') return true;
  const accounts = v.safeParse(v.strictObject({ AWS: texts }), principal);
  return accounts.success && accounts.output.AWS.join(' ') === '*';
}

function isEventBridge(principal: unknown): boolean {
  const service = v.safeParse(v.object({ Service: texts }), principal);
  return service.success && service.output.Service.includes('events.amazonaws.com');
}

type Conditions = v.InferOutput<typeof Statement>['Condition'];

/** Whether it is asked that the caller be of this organization, and nothing else. */
function isOfOrganization(conditions: Conditions, organizationId: string): boolean {
  const asked = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key.toLowerCase(), ...values].join(' ')),
  );
  return asked.join(', ') === `StringEquals aws:principalorgid ${organizationId}`;
}

/**
 * Whether what a statement asks for is met by this key with this value. Condition keys have no case:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function is(conditions: Conditions, wantedKey: string, value: string): boolean {
  return Object.values(conditions)
    .flatMap((keys) => Object.entries(keys))
    .every(([key, values]) => key.toLowerCase() === wantedKey && values.includes(value));
}
