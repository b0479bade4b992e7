import type { Connection } from '../aws/connection.ts';
import { readEventBusPolicy } from '../aws/event-bus-policy.ts';
import { hubParts, isHub } from '../hub-parts.ts';
import type { Stack } from '../stack.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, type Check } from './check.ts';
import { readBusPolicy } from './resource-policy.ts';

/** Whether a hub takes what its members send; none for a stack that is no hub. */
export function busChecks(connection: Connection, stack: Stack): Check[] {
  if (!isHub(stack)) return [];
  return [
    {
      name: "The members' bus lets the organization in",
      async look() {
        const hub = hubParts(stack);
        if (hub === undefined)
          return fail('The hub is of an older template, without outputs for its rules', DEPLOY_ANEW);
        const { bus, organizationId } = hub;
        const policy = await readEventBusPolicy(connection, bus.name);
        const { letsOrganizationIn, others } =
          policy === undefined
            ? { letsOrganizationIn: false, others: [] }
            : readBusPolicy(policy, organizationId);
        const problems = [
          ...(letsOrganizationIn ? [] : [`does not let ${organizationId} in: events of members are refused`]),
          ...(others.length > 0 ? [`has statements that let others in: ${others.join(', ')}`] : []),
        ];
        return problems.length === 0
          ? ok(`The policy of ${bus.name} allows PutEvents to ${organizationId}, and to nobody else`)
          : fail(`The policy of ${bus.name} ${problems.join(', and ')}`, UNDO_DRIFT);
      },
    },
  ];
}
