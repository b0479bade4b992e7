import type { Filter } from './filters.ts';
import type { FleetState } from './fleet-state.ts';
import type { Instance } from './instance.ts';

/** Filters of `DescribeInstances`: the texts of an instance of which one must match. */
const fields: Readonly<Record<string, (instance: Instance, fleet: FleetState) => readonly string[]>> = {
  'instance-id': ({ instanceId }) => [instanceId],
  'reservation-id': ({ reservationId }) => [reservationId],
  'client-token': ({ clientToken }) => [clientToken],
  'instance-state-name': (instance, fleet) => [fleet.state(instance)],
  'instance-type': ({ instanceType }) => [instanceType],
  'image-id': ({ imageId }) => [imageId],
  'availability-zone': ({ availabilityZone }) => [availabilityZone],
  'tag-key': ({ tags }) => [...tags.keys()],
};
const tagPrefix = 'tag:';

export function isInstanceFilter(name: string): boolean {
  return Object.hasOwn(fields, name) || (name.startsWith(tagPrefix) && name !== tagPrefix);
}

export function passesFilter(instance: Instance, filter: Filter, fleet: FleetState): boolean {
  return textsOf(instance, filter.name, fleet).some((text) => filter.matches(text));
}

function textsOf(instance: Instance, name: string, fleet: FleetState): readonly string[] {
  if (!name.startsWith(tagPrefix)) return fields[name]?.(instance, fleet) ?? [];
  const value = instance.tags.get(name.slice(tagPrefix.length));
  return value === undefined ? [] : [value];
}

/** Every instance that passes all the filters, in no certain order. */
export function selectByFilters(fleet: FleetState, filters: readonly Filter[]): readonly Instance[] {
  const selected: Instance[] = [];
  for (const instance of candidates(fleet, filters)) {
    if (filters.every((filter) => passesFilter(instance, filter, fleet))) selected.push(instance);
  }
  return selected;
}

/** As few instances as an index can tell, so that asking for 200 ids does not look at a whole fleet. */
function* candidates(fleet: FleetState, filters: readonly Filter[]): Iterable<Instance> {
  for (const { name, literals } of filters) {
    const lookUp = indexed(fleet, name);
    if (literals === undefined || lookUp === undefined) continue;
    for (const literal of literals) yield* lookUp(literal);
    return;
  }
  yield* fleet.all();
}

function indexed(fleet: FleetState, name: string): ((value: string) => Iterable<Instance>) | undefined {
  switch (name) {
    case 'instance-id':
      return (value) => [fleet.find(value) ?? []].flat();
    case 'reservation-id':
      return (value) => fleet.ofReservation(value);
    case 'client-token':
      return (value) => fleet.ofClientToken(value);
    default:
      return undefined;
  }
}
