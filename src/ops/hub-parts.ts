import * as v from 'valibot';
import { OpsError } from './errors.ts';
import type { Stack } from './stack.ts';

/** A rule on the members' bus. */
export interface MemberRule {
  readonly name: string;
  readonly arn: string;
}

/** What a hub has beside what every stack has. */
export interface HubParts {
  readonly organizationId: string;
  /** The event bus that members send to. */
  readonly bus: { readonly name: string; readonly arn: string };
  readonly launches: MemberRule;
  readonly starts: MemberRule;
}

/** All of them, where there is one. */
const HubOutputs = v.object({
  OrganizationBusArn: v.string(),
  MemberLaunchRuleArn: v.string(),
  MemberStartRuleArn: v.string(),
});

export function isHub(stack: Stack): boolean {
  return organizationId(stack) !== '';
}

/** Empty for a stack that is no hub. */
function organizationId({ parameters }: Stack): string {
  return parameters['OrganizationId'] ?? '';
}

/** Undefined for a stack that is no hub, or is one of an older template, without the outputs for it. */
export function hubParts(stack: Stack): HubParts | undefined {
  const outputs = v.safeParse(HubOutputs, stack.outputs);
  if (!isHub(stack) || !outputs.success) return undefined;
  const { OrganizationBusArn, MemberLaunchRuleArn, MemberStartRuleArn } = outputs.output;
  return {
    organizationId: organizationId(stack),
    bus: named(OrganizationBusArn),
    launches: named(MemberLaunchRuleArn),
    starts: named(MemberStartRuleArn),
  };
}

/**
 * The id of the organization that a stack is the hub of.
 *
 * @throws OpsError for a stack that is no hub
 */
export function organizationOf(stack: Stack): string {
  const id = organizationId(stack);
  if (id !== '') return id;
  throw new OpsError(
    `Expected the stack \`${stack.name}\` to be the hub of an organization, found its OrganizationId empty. ` +
      'Name the hub with --stack, and its region with --region; docs/organization.md says how a stack becomes one.',
  );
}

/** @throws OpsError for a stack that is no hub of this template */
export function hubOf(stack: Stack): HubParts {
  organizationOf(stack);
  const parts = hubParts(stack);
  if (parts !== undefined) return parts;
  throw new OpsError(
    `Expected the hub \`${stack.name}\` to have the outputs that template.yaml has for its rules, found it to be of ` +
      'an older template. Deploy it anew with `npm run deploy`.',
  );
}

/** Names of buses and rules have no slash: `.../event-bus/BUS`, `.../rule/BUS/RULE`. */
function named(arn: string): MemberRule {
  return { arn, name: arn.split('/').at(-1) ?? arn };
}
