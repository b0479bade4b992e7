import { endDryRun, type Action, type Call } from '../call.ts';
import { Ec2Error } from '../errors.ts';
import { stateChangeElements } from '../instance-elements.ts';
import { findInstances, parseSomeInstanceIds } from '../instance-ids.ts';
import type { XmlElements } from '../xml-answer.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export const stopInstances: Action = (call) => turn(call, 'stop');

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export const startInstances: Action = (call) => turn(call, 'start');

function turn({ parameters, world: { fleet } }: Call, asked: 'stop' | 'start'): XmlElements {
  const instances = findInstances(fleet, parseSomeInstanceIds(parameters));
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
    const previous = fleet.state(instance);
    if (instance.lifecycle.asked !== asked) fleet.ask(instance, asked);
    return stateChangeElements(instance.instanceId, previous, fleet.state(instance));
  });
  return { instancesSet: { item } };
}
