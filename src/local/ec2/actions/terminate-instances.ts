import type { InstanceId } from '../../../enforcer/launch.ts';
import { endDryRun, type Call, type World } from '../call.ts';
import { Ec2Error, unauthorized } from '../errors.ts';
import { stateChangeElements } from '../instance-elements.ts';
import { findInstances, parseSomeInstanceIds } from '../instance-ids.ts';
import type { Instance } from '../instance.ts';
import type { XmlElements } from '../xml-answer.ts';

const action = 'TerminateInstances';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
export function terminateInstances({ parameters, world }: Call): XmlElements {
  const ids = parseSomeInstanceIds(parameters);
  const instances = findInstances(world.fleet, ids, world.faults.takeHidden(action, ids));
  refuseNamed(instances, world);
  refuseByFault(ids, world);
  endDryRun(parameters);

  const overlooked = world.faults.takeOverlooked(ids);
  const changes = terminateByZone(
    instances.filter(({ instanceId }) => !overlooked.has(instanceId)),
    world,
  );
  const strays = [...world.faults.takeStrays(action)].map((id) =>
    stateChangeElements(id, 'running', 'shutting-down'),
  );
  return { instancesSet: { item: [...changes, ...strays] } };
}

/**
 * The enforcer's role as its policy writes it: only what has no `Name`, or an empty one, may be terminated. IAM
 * compares the keys of tags without regard to case, so `name=web` is a name to the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
 */
function refuseNamed(instances: readonly Instance[], { account, fleet, guardNamed }: World): void {
  const named = guardNamed ? instances.find(({ tags }) => hasName(tags)) : undefined;
  if (named === undefined) return;
  throw unauthorized(action, `arn:aws:ec2:${fleet.region}:${account}:instance/${named.instanceId}`);
}

function hasName(tags: ReadonlyMap<string, string>): boolean {
  return [...tags].some(([key, value]) => key.toLowerCase() === 'name' && value !== '');
}

function refuseByFault(ids: ReadonlySet<InstanceId>, { account, faults, fleet }: World): void {
  const refusal = faults.takeRefusal(ids);
  if (refusal === undefined) return;
  const { code, instanceId } = refusal;
  switch (code) {
    case 'UnauthorizedOperation':
      throw unauthorized(action, `arn:aws:ec2:${fleet.region}:${account}:instance/${instanceId}`);
    case 'UnsupportedOperation':
      throw new Ec2Error(code, `The instance '${instanceId}' does not support this operation.`);
  }
}

/** A protected instance keeps its whole zone alive; the other zones are terminated, and then the call fails. */
function terminateByZone(instances: readonly Instance[], { fleet }: World): readonly XmlElements[] {
  const zones = Map.groupBy(instances, ({ availabilityZone }) => availabilityZone);
  const changes: XmlElements[] = [];
  let firstProtected: Instance | undefined;
  for (const members of zones.values()) {
    const shield = members.find(
      ({ terminationProtected, lifecycle }) => terminationProtected && lifecycle.asked !== 'terminate',
    );
    firstProtected ??= shield;
    if (shield !== undefined) continue;
    for (const instance of members) {
      const previous = fleet.state(instance);
      fleet.ask(instance, 'terminate');
      changes.push(stateChangeElements(instance.instanceId, previous, fleet.state(instance)));
    }
  }
  if (firstProtected === undefined) return changes;
  throw new Ec2Error(
    'OperationNotPermitted',
    `The instance '${firstProtected.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}
