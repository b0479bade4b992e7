import * as v from 'valibot';
import { reservationElements, type XmlElements } from './answers.ts';
import { findInstances, instanceIds, type Call, type Ec2State } from './call.ts';
import { Ec2Error, instancesNotFound } from './errors.ts';
import type { FleetState, Instance } from './fleet-state.ts';
import { endDryRun, flag, list, read, wholeNumber } from './parameters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html: at most 200 values, of 255 characters. */
const filter = v.object({
  Name: v.string(),
  Value: v.pipe(list(v.pipe(v.string(), v.maxLength(255))), v.minLength(1), v.maxLength(200)),
});
type Filter = v.InferOutput<typeof filter>;

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html */
const request = v.object({
  InstanceId: instanceIds,
  Filter: list(filter),
  IncludeManagedResources: flag,
  MaxResults: v.optional(wholeNumber(5, 1000)),
  NextToken: v.optional(
    v.pipe(
      v.string(),
      v.transform((token) => Buffer.from(token, 'base64url').toString()),
      v.startsWith('after ', 'The token is invalid.'),
      v.transform((token) => Number(token.slice('after '.length))),
    ),
  ),
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export function describeInstances({ parameters, ec2 }: Call): XmlElements {
  const taken = read(request, parameters);
  const { InstanceId: ids, Filter, MaxResults = ec2.pageSize, NextToken = -1 } = taken;
  const paging = ['MaxResults', 'NextToken'].find((name) => ids.size > 0 && name in parameters);
  if (paging !== undefined) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      `The parameter instancesSet cannot be used with the parameter ${paging}`,
    );
  }
  const passes = passesAll(Filter, ec2.fleet);
  const candidates = ids.size > 0 ? findInstances(ec2, ids) : candidatesOf(Filter, ec2.fleet);
  endDryRun(parameters);

  // The account hides what service providers manage, as an account may: the caller has to ask for it.
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html#managed-resource-visibility-settings
  const visible = candidates.filter(
    ({ operator }) => operator === undefined || taken.IncludeManagedResources,
  );
  const selected = withoutHidden(visible.filter(passes), ids, ec2);
  const size = ids.size > 0 ? ids.size : Math.min(MaxResults, ec2.pageSize);
  const rest = selected.filter(({ sequence }) => sequence > NextToken);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    reservationSet: { item: inReservations([...page, ...strays(ec2)], ec2) },
    nextToken:
      last !== undefined && rest.length > size
        ? Buffer.from(`after ${last.sequence}`).toString('base64url')
        : undefined,
  };
}

/** The texts of an instance of which one must match, by the filter's name; `tag:KEY` comes on top. */
const fields: Readonly<Record<string, (instance: Instance, fleet: FleetState) => readonly string[]>> = {
  'instance-id': ({ instanceId }) => [instanceId],
  'reservation-id': ({ reservationId }) => [reservationId],
  'client-token': ({ clientToken }) => [clientToken],
  'instance-state-name': (instance, fleet) => [fleet.state(instance)],
  'spot-instance-request-id': ({ spotRequestId }) => [spotRequestId ?? []].flat(),
  'tag-key': ({ tags }) => [...tags.keys()],
};

/** As few instances as can be told at once, so that asking for 200 ids does not look at a whole fleet. */
function candidatesOf(filters: readonly Filter[], fleet: FleetState): readonly Instance[] {
  const byId = filters.find(({ Name, Value }) => Name === 'instance-id' && !/[*?\\]/.test(Value.join()));
  if (byId === undefined) return fleet.all();
  return [...new Set(byId.Value)].flatMap((id) => fleet.find(id) ?? []);
}

/** An instance passes a filter when any of its values matches. */
function passesAll(filters: readonly Filter[], fleet: FleetState): (instance: Instance) => boolean {
  const checks = filters.map(({ Name, Value }) => {
    const field = fieldOf(Name);
    const matches = matcher(Value);
    return (instance: Instance): boolean => field(instance, fleet).some(matches);
  });
  return (instance) => checks.every((check) => check(instance));
}

function fieldOf(name: string): (instance: Instance, fleet: FleetState) => readonly string[] {
  const [, key] = /^tag:(.+)$/s.exec(name) ?? [];
  if (key !== undefined) return ({ tags }) => [tags.get(key) ?? []].flat();
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined) return field;
  throw new Ec2Error('InvalidParameterValue', `The filter '${name}' is invalid`);
}

/**
 * Values are case-sensitive; `*` matches any characters, `?` exactly one, and a backslash takes the next character as it
 * is.
 */
function matcher(values: readonly string[]): (text: string) => boolean {
  const literals = new Set<string>();
  const patterns: RegExp[] = [];
  for (const value of values) {
    const characters = [...value.matchAll(/\\(.)|(.)/gsu)].map(([, escaped, plain = '']) => ({
      literal: escaped ?? plain,
      wildcard: escaped !== undefined ? undefined : { '*': '.*', '?': '.' }[plain],
    }));
    if (characters.every(({ wildcard }) => wildcard === undefined)) {
      literals.add(characters.map(({ literal }) => literal).join(''));
    } else {
      const source = characters.map(
        ({ literal, wildcard }) => wildcard ?? literal.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`),
      );
      patterns.push(new RegExp(`^${source.join('')}$`, 'su'));
    }
  }
  return (text) => literals.has(text) || patterns.some((pattern) => pattern.test(text));
}

/** As asked for by ids, a hidden instance is one that EC2 does not know, and the call is refused. */
function withoutHidden(
  selected: readonly Instance[],
  ids: ReadonlySet<string>,
  { faults }: Ec2State,
): readonly Instance[] {
  const hidden = faults.takeInstances('hide', new Set(selected.map(({ instanceId }) => instanceId)));
  if (ids.size > 0 && hidden.size > 0) throw instancesNotFound([...hidden]);
  return selected
    .filter(({ instanceId }) => !hidden.has(instanceId))
    .toSorted((one, other) => one.sequence - other.sequence);
}

function strays({ faults, fleet }: Ec2State): readonly Instance[] {
  const ids = faults.take('stray', () => true)?.instanceIds ?? [];
  return ids.flatMap((id) => fleet.find(id) ?? []);
}

function inReservations(
  instances: readonly Instance[],
  { account, fleet }: Ec2State,
): readonly XmlElements[] {
  const grouped = Map.groupBy(instances, ({ reservationId }) => reservationId);
  return Array.from(grouped, ([reservationId, members]) =>
    reservationElements(account, reservationId, members, fleet),
  );
}
