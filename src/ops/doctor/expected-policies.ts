import * as v from 'valibot';
import type { StackResource } from '../aws/cloudformation-stack.ts';
import type { Stack } from '../stack.ts';
import type { Place } from '../place.ts';
import { AnyJson, resolveIntrinsics, UnresolvedError, type Json } from './resolve-intrinsics.ts';

const Template = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Resources: v.record(
      v.string(),
      v.object({
        Type: v.string(),
        Condition: v.optional(v.string()),
        Properties: v.optional(v.record(v.string(), v.unknown()), {}),
      }),
    ),
  }),
);

const Policy = v.object({ PolicyName: v.string(), PolicyDocument: AnyJson });
const InlinePolicies = v.optional(v.array(Policy), []);

/** An inline policy that is a resource by itself, put on each of these roles. */
const SharedPolicy = v.object({ ...Policy.entries, Roles: v.array(AnyJson) });

/**
 * The inline policies that a role of the stack has by the stack's own template, by name.
 *
 * @param template transformed, as JSON text
 * @throws UnresolvedError when the template says it in a way that is not understood here
 */
export function expectedPolicies(
  template: string,
  resources: readonly StackResource[],
  roleName: string,
  stack: Stack,
  place: Place,
): ReadonlyMap<string, Json> {
  const role = resources.find(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === roleName);
  const parsed = v.safeParse(Template, template);
  const properties = role && parsed.success ? parsed.output.Resources[role.logicalId]?.Properties : undefined;
  const own = v.safeParse(InlinePolicies, properties?.['Policies']);
  const names = namesOf(resources, stack, place);
  const lookUp = (name: string): string | undefined => names.get(name);
  const policies = [
    ...(own.success ? own.output : []),
    ...Object.entries(parsed.success ? parsed.output.Resources : {}).flatMap(([id, { Type, Properties }]) => {
      // One whose condition does not hold is in the template, and not in the stack.
      const isMade = resources.some(({ logicalId }) => logicalId === id);
      if (Type !== 'AWS::IAM::Policy' || !isMade) return [];
      const policy = v.parse(SharedPolicy, Properties);
      return policy.Roles.some((one) => resolveIntrinsics(one, lookUp) === roleName) ? [policy] : [];
    }),
  ];
  if (properties === undefined || !own.success || policies.length === 0)
    throw new UnresolvedError(`The stack's template has no policies of the role ${roleName}.`);
  return new Map(
    policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, resolveIntrinsics(PolicyDocument, lookUp)]),
  );
}

/** What the references of a template stand for. */
function namesOf(
  resources: readonly StackResource[],
  { stackId, name, parameters }: Stack,
  { partition, region, account }: Place,
): ReadonlyMap<string, string> {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const names = new Map<string, string>([
    ['AWS::Partition', partition],
    ['AWS::Region', region],
    ['AWS::AccountId', account],
    ['AWS::StackName', name],
    ['AWS::StackId', stackId],
    ...Object.entries(parameters),
  ]);
  for (const { logicalId, physicalId, type } of resources) {
    names.set(logicalId, physicalId);
    const lastPart = physicalId.split('/').at(-1) ?? '';
    switch (type) {
      case 'AWS::Logs::LogGroup':
        names.set(`${logicalId}.Arn`, arn('logs', `log-group:${physicalId}:*`));
        break;
      case 'AWS::SQS::Queue':
        names.set(`${logicalId}.Arn`, arn('sqs', lastPart));
        break;
      case 'AWS::Lambda::Function':
        names.set(`${logicalId}.Arn`, arn('lambda', `function:${physicalId}`));
        break;
      case 'AWS::SNS::Topic':
        names.set(`${logicalId}.TopicArn`, physicalId);
        break;
      default:
    }
  }
  return names;
}
