import * as v from 'valibot';
import type { InstanceId, Tag } from '../../enforcer/launch.ts';
import type { XmlElements } from './answers.ts';
import { Ec2Error, instancesNotFound } from './errors.ts';
import type { Faults } from './faults.ts';
import type { FleetState, Instance } from './fleet-state.ts';
import { list, type Parameters } from './parameters.ts';

/** What an action works on. */
export interface Ec2State {
  /** Account that owns everything, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly fleet: FleetState;
  readonly faults: Faults;
  readonly launchTemplates: readonly LaunchTemplate[];
  /** Refuse to terminate an instance with a non-empty `Name`, as the enforcer's role does. */
  readonly guardNamed: boolean;
  /** Instances a page at most. */
  readonly pageSize: number;
  readonly onRunInstances: (call: RunInstancesCall) => void;
}

/** One call of an action. */
export interface Call {
  readonly parameters: Parameters;
  readonly requestId: string;
  readonly ec2: Ec2State;
}

/** Does what is asked and gives the elements of its answer, or throws an `Ec2Error` having done nothing. */
export type Action = (call: Call) => XmlElements;

/** A launch template, of one version only, that launches refer to by its name. */
export interface LaunchTemplate {
  /** `lt-` and 17 hex digits. */
  readonly id: string;
  readonly name: string;
  /** Tags for instances. A launch may override their values. */
  readonly instanceTags: readonly Tag[];
}

/** A `RunInstances` call as it was asked for. */
export interface LaunchRequest {
  readonly imageId: string | undefined;
  readonly instanceType: string | undefined;
  readonly minCount: number;
  readonly maxCount: number;
  readonly clientToken: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly disableApiTermination: boolean;
  /** Tags for what the launch makes. Only those of resource type `instance` go to the instances. */
  readonly tagSpecifications: readonly { readonly resourceType: string; readonly tags: readonly Tag[] }[];
  /** Name of the launch template. */
  readonly launchTemplate: string | undefined;
}

/** One `RunInstances` call with a readable request, and what came of it: all that CloudTrail records of it. */
export interface RunInstancesCall {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly request: LaunchRequest;
  readonly result:
    | {
        readonly kind: 'launched';
        readonly reservationId: string;
        readonly instances: readonly RecordedInstance[];
      }
    | {
        readonly kind: 'failed';
        readonly code: string;
        readonly message: string;
        /** HTTP status of the answer. */
        readonly status: number;
      };
}

/** An instance as the answer to its launch showed it, whatever became of it since. */
export type RecordedInstance = Pick<
  Instance,
  | 'instanceId'
  | 'clientToken'
  | 'imageId'
  | 'instanceType'
  | 'availabilityZone'
  | 'launchIndex'
  | 'launchedAt'
> & { readonly tags: readonly Tag[] };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html: up to 1,000 ids. */
const maxIds = 1000;

/** The ids `InstanceId.1`, `InstanceId.2`, ..., each once. */
export const instanceIds = v.pipe(
  list(v.string()),
  v.transform((ids): ReadonlySet<InstanceId> => new Set(ids)),
);

/** The instances of these ids; one id that is malformed, or that no instance has, refuses them all. */
export function findInstances({ fleet }: Ec2State, ids: ReadonlySet<InstanceId>): readonly Instance[] {
  if (ids.size === 0) throw new Ec2Error('InvalidParameterCombination', 'No instances specified');
  if (ids.size > maxIds) {
    throw new Ec2Error(
      'InvalidRequest',
      `${ids.size} exceeds the maximum number of instance IDs that can be specified (${maxIds}). Please specify fewer than ${maxIds} instance IDs.`,
    );
  }
  const found: Instance[] = [];
  const missing: InstanceId[] = [];
  for (const id of ids) {
    if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
    }
    const instance = fleet.find(id);
    if (instance === undefined) missing.push(id);
    else found.push(instance);
  }
  if (missing.length > 0) throw instancesNotFound(missing);
  return found;
}
