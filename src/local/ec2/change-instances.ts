import * as v from 'valibot';
import { stateChangeElements, type XmlElements } from './answers.ts';
import { findInstances, instanceIds, type Call } from './call.ts';
import { Ec2Error } from './errors.ts';
import { endDryRun, flag, list, read, tag } from './parameters.ts';

/** Of an instance, protection is the only attribute that is known here. */
const oneInstance = v.pipe(
  v.string(),
  v.transform((id) => new Set([id])),
);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export function createTags({ parameters, ec2 }: Call): XmlElements {
  const request = v.object({ ResourceId: instanceIds, Tag: v.pipe(list(tag), v.minLength(1)) });
  const { ResourceId, Tag: tags } = read(request, parameters);
  const instances = findInstances(ec2, ResourceId);
  endDryRun(parameters);

  for (const instance of instances) {
    for (const { key, value } of tags) instance.tags.set(key, value);
  }
  return { return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html */
export function modifyInstanceAttribute({ parameters, ec2 }: Call): XmlElements {
  const request = v.object({ InstanceId: oneInstance, DisableApiTermination: v.object({ Value: flag }) });
  const { InstanceId, DisableApiTermination } = read(request, parameters);
  const instances = findInstances(ec2, InstanceId);
  endDryRun(parameters);

  for (const instance of instances) instance.terminationProtected = DisableApiTermination.Value;
  return { return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export function describeInstanceAttribute({ parameters, ec2 }: Call): XmlElements {
  const request = v.object({ InstanceId: oneInstance, Attribute: v.literal('disableApiTermination') });
  const [instance] = findInstances(ec2, read(request, parameters).InstanceId);
  endDryRun(parameters);
  return {
    instanceId: instance?.instanceId,
    disableApiTermination: { value: instance?.terminationProtected },
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export function stopInstances(call: Call): XmlElements {
  return stopOrStart(call, 'stop');
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export function startInstances(call: Call): XmlElements {
  return stopOrStart(call, 'start');
}

function stopOrStart({ parameters, ec2 }: Call, asked: 'stop' | 'start'): XmlElements {
  const { InstanceId } = read(v.object({ InstanceId: instanceIds }), parameters);
  const instances = findInstances(ec2, InstanceId);
  const dead = instances.find(({ lifecycle }) => lifecycle.asked === 'terminate');
  if (dead !== undefined) {
    const done = asked === 'stop' ? 'stopped' : 'started';
    throw new Ec2Error(
      'IncorrectInstanceState',
      `The instance '${dead.instanceId}' is not in a state from which it can be ${done}.`,
    );
  }
  endDryRun(parameters);

  const item = instances.map((instance) => {
    const previous = ec2.fleet.state(instance);
    if (instance.lifecycle.asked !== asked) ec2.fleet.ask(instance, asked);
    return stateChangeElements(instance.instanceId, previous, ec2.fleet.state(instance));
  });
  return { instancesSet: { item } };
}
