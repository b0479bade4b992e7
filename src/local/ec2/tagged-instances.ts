import { Ec2Error, missingParameter } from './errors.ts';
import type { FleetState } from './fleet-state.ts';
import { findInstances, isInstanceId } from './instance-ids.ts';
import type { Instance } from './instance.ts';
import type { QueryParameters } from './query-parameters.ts';

/** The resources `ResourceId.1`, `ResourceId.2`, ... of a call on tags. Only instances are known here. */
export function findTaggedInstances(fleet: FleetState, parameters: QueryParameters): readonly Instance[] {
  const ids = new Set(parameters.texts('ResourceId'));
  if (ids.size === 0) throw missingParameter('ResourceId');
  for (const id of ids) {
    if (!isInstanceId(id)) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
  }
  return findInstances(fleet, ids);
}
