import type { Connection } from '../aws/connection.ts';
import { readEventBusPolicy } from '../aws/event-bus-policy.ts';
import { hubParts, isHub } from '../hub-parts.ts';
import type { Stack } from '../stack.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, type Check } from './check.ts';
import { whomBusLetsIn } from './resource-policy.ts';

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
        switch (policy === undefined ? 'nobody' : whomBusLetsIn(policy, organizationId)) {
          case 'organization':
            return ok(`The policy of ${bus.name} allows PutEvents to ${organizationId}, and to nobody else`);
          case 'everybody':
            return fail(`The policy of ${bus.name} lets everybody put events there`, UNDO_DRIFT);
          case 'nobody':
            return fail(
              `The policy of ${bus.name} does not let ${organizationId} in: events of members are refused`,
              UNDO_DRIFT,
            );
        }
      },
    },
  ];
}
