import type { InstanceId } from '../../enforcer/launch.ts';
import { Ec2Error, instancesNotFound, malformedInstanceId } from './errors.ts';
import type { FleetState } from './fleet-state.ts';
import type { Instance } from './instance.ts';
import type { QueryParameters } from './query-parameters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html: up to 1,000 ids. */
const maxIds = 1000;

export function isInstanceId(text: string): boolean {
  return /^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text);
}

/** The ids `InstanceId.1`, `InstanceId.2`, ..., each once. */
export function parseInstanceIds(parameters: QueryParameters): ReadonlySet<InstanceId> {
  const ids = parameters.texts('InstanceId');
  if (ids.length > maxIds) {
    throw new Ec2Error(
      'InvalidRequest',
      `${ids.length} exceeds the maximum number of instance IDs that can be specified (${maxIds}). Please specify fewer than ${maxIds} instance IDs.`,
    );
  }
  const malformed = ids.find((id) => !isInstanceId(id));
  if (malformed !== undefined) throw malformedInstanceId(malformed);
  return new Set(ids);
}

/** As `parseInstanceIds`, for an action that is nothing without them. */
export function parseSomeInstanceIds(parameters: QueryParameters): ReadonlySet<InstanceId> {
  const ids = parseInstanceIds(parameters);
  if (ids.size === 0) throw new Ec2Error('InvalidParameterCombination', 'No instances specified');
  return ids;
}

/** The instances of these ids; one that is not there, or is in `hidden`, refuses them all. */
export function findInstances(
  fleet: FleetState,
  ids: Iterable<InstanceId>,
  hidden: ReadonlySet<InstanceId> = new Set(),
): readonly Instance[] {
  const found: Instance[] = [];
  const missing: InstanceId[] = [];
  for (const id of ids) {
    const instance = hidden.has(id) ? undefined : fleet.find(id);
    if (instance === undefined) missing.push(id);
    else found.push(instance);
  }
  if (missing.length > 0) throw instancesNotFound(missing);
  return found;
}

/** The instance of `InstanceId`. */
export function findOneInstance(fleet: FleetState, parameters: QueryParameters): Instance {
  const id = parameters.requiredText('InstanceId');
  if (!isInstanceId(id)) throw malformedInstanceId(id);
  const instance = fleet.find(id);
  if (instance === undefined) throw instancesNotFound([id]);
  return instance;
}
