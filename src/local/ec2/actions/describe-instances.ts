import type { InstanceId } from '../../../enforcer/launch.ts';
import { endDryRun, type Call, type World } from '../call.ts';
import { Ec2Error, invalidParameterCombination } from '../errors.ts';
import { parseFilters, type Filter } from '../filters.ts';
import type { FleetState } from '../fleet-state.ts';
import { reservationElements } from '../instance-elements.ts';
import { findInstances, parseInstanceIds } from '../instance-ids.ts';
import type { Instance } from '../instance.ts';
import { isInstanceFilter, passesFilter, selectByFilters } from '../instance-filters.ts';
import { cutPage, parsePage } from '../paging.ts';
import type { XmlElements } from '../xml-answer.ts';

const action = 'DescribeInstances';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export function describeInstances({ parameters, world }: Call): XmlElements {
  const ids = parseInstanceIds(parameters);
  for (const name of ['MaxResults', 'NextToken']) {
    if (ids.size > 0 && parameters.text(name) !== undefined) {
      const parameter = name === 'MaxResults' ? 'maxResults' : 'nextToken';
      throw invalidParameterCombination(
        `The parameter instancesSet cannot be used with the parameter ${parameter}`,
      );
    }
  }
  const page = parsePage(parameters, ids.size > 0 ? ids.size : world.pageSize);
  const filters = parseFilters(parameters, isInstanceFilter);
  endDryRun(parameters);

  const shown = ids.size > 0 ? byIds(world, ids, filters) : byFilters(world, filters);
  const { items, nextToken } = cutPage(shown, ({ sequence }) => sequence, page);
  return {
    reservationSet: { item: reservations([...items, ...strays(world)], world) },
    nextToken,
  };
}

function byIds(
  { faults, fleet }: World,
  ids: ReadonlySet<InstanceId>,
  filters: readonly Filter[],
): readonly Instance[] {
  const found = findInstances(fleet, ids, faults.takeHidden(action, ids));
  return inLaunchOrder(
    found.filter((instance) => filters.every((filter) => passesFilter(instance, filter, fleet))),
  );
}

function byFilters({ faults, fleet }: World, filters: readonly Filter[]): readonly Instance[] {
  const selected = selectByFilters(fleet, filters);
  const hidden = faults.takeHidden(action, new Set(selected.map(({ instanceId }) => instanceId)));
  return inLaunchOrder(selected.filter(({ instanceId }) => !hidden.has(instanceId)));
}

function strays({ faults, fleet }: World): readonly Instance[] {
  return [...faults.takeStrays(action)].map((instanceId) => strayInstance(instanceId, fleet));
}

function strayInstance(instanceId: InstanceId, fleet: FleetState): Instance {
  const instance = fleet.find(instanceId);
  if (instance !== undefined) return instance;
  throw new Ec2Error('InternalError', `The stray instance ${instanceId} of a fault does not exist.`, 500);
}

function inLaunchOrder(instances: readonly Instance[]): readonly Instance[] {
  return instances.toSorted((one, other) => one.sequence - other.sequence);
}

function reservations(instances: readonly Instance[], world: World): readonly XmlElements[] {
  const grouped = Map.groupBy(instances, ({ reservationId }) => reservationId);
  return [...grouped].map(([reservationId, members]) =>
    reservationElements(world.account, reservationId, members, world.fleet),
  );
}
