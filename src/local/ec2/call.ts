import type { Tag } from '../../enforcer/launch.ts';
import type { ClientTokens } from './client-tokens.ts';
import { dryRun } from './errors.ts';
import type { Faults } from './faults.ts';
import type { FleetState } from './fleet-state.ts';
import type { Instance } from './instance.ts';
import type { LaunchRequest } from './launch-request.ts';
import type { LaunchTemplate } from './launch-templates.ts';
import type { QueryParameters } from './query-parameters.ts';
import type { XmlElements } from './xml-answer.ts';

/** What an action works on. */
export interface World {
  /** Account that owns everything, 12 digits. */
  readonly account: string;
  readonly fleet: FleetState;
  readonly faults: Faults;
  readonly clientTokens: ClientTokens;
  readonly launchTemplates: readonly LaunchTemplate[];
  /** Refuse to terminate an instance with a non-empty `Name`, as the enforcer's role does. */
  readonly guardNamed: boolean;
  /** Instances a page when the caller does not say. */
  readonly pageSize: number;
  /** Instances one launch may start; EC2's quota of the account. */
  readonly launchLimit: number;
  readonly onRunInstances: (call: RunInstancesCall) => void;
}

/** One call of an action. */
export interface Call {
  readonly parameters: QueryParameters;
  readonly requestId: string;
  readonly world: World;
}

/** Does what is asked and gives the elements of its answer, or throws an `Ec2Error` having done nothing. */
export type Action = (call: Call) => XmlElements;

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
export interface RecordedInstance extends Omit<Readonly<Instance>, 'tags' | 'lifecycle'> {
  readonly tags: readonly Tag[];
}

/** To be called when everything is checked and nothing is done yet. */
export function endDryRun(parameters: QueryParameters): void {
  if (parameters.boolean('DryRun')) throw dryRun();
}
