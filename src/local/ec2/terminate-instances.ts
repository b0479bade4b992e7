import * as v from 'valibot';
import { stateChangeElements, type XmlElements } from './answers.ts';
import { findInstances, instanceIds, type Call, type Ec2State } from './call.ts';
import { Ec2Error } from './errors.ts';
import type { Instance } from './fleet-state.ts';
import { endDryRun, read } from './parameters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
export function terminateInstances({ parameters, ec2 }: Call): XmlElements {
  const { InstanceId: ids } = read(v.object({ InstanceId: instanceIds }), parameters);
  const instances = findInstances(ec2, ids);
  refuseNamed(instances, ec2);
  const [refused] = ec2.faults.takeInstances('refuse', ids);
  if (refused !== undefined) throw denied(refused, ec2);
  endDryRun(parameters);

  const overlooked = ec2.faults.takeInstances('overlook', ids);
  return terminateByZone(
    instances.filter(({ instanceId }) => !overlooked.has(instanceId)),
    ec2,
  );
}

/**
 * The enforcer's role as its policy writes it: only what has no `Name`, or an empty one, may be terminated. IAM
 * compares the keys of tags without regard to case, so `name=web` is a name to the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
 */
function refuseNamed(instances: readonly Instance[], ec2: Ec2State): void {
  if (!ec2.guardNamed) return;
  const named = instances.find(({ tags }) =>
    [...tags].some(([key, value]) => key.toLowerCase() === 'name' && value !== ''),
  );
  if (named !== undefined) throw denied(named.instanceId, ec2);
}

function denied(instanceId: string, { region, account }: Ec2State): Ec2Error {
  const resource = `arn:aws:ec2:${region}:${account}:instance/${instanceId}`;
  return new Ec2Error(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. No identity-based policy allows the ec2:TerminateInstances action on resource: ${resource}`,
    403,
  );
}

/** A protected instance keeps its whole zone alive; the other zones are terminated, and then the call fails. */
function terminateByZone(instances: readonly Instance[], { fleet }: Ec2State): XmlElements {
  const zones = Map.groupBy(instances, ({ availabilityZone }) => availabilityZone);
  const item: XmlElements[] = [];
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
      item.push(stateChangeElements(instance.instanceId, previous, fleet.state(instance)));
    }
  }
  if (firstProtected === undefined) return { instancesSet: { item } };
  throw new Ec2Error(
    'OperationNotPermitted',
    `The instance '${firstProtected.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}
