import type { InstanceId, LaunchReference, Tag } from './launch.ts';
import type { ServiceGroup } from './service-group.ts';

/**
 * The port to EC2: all that the enforcer asks of it. A call answers, always, with what EC2 said; it rejects for
 * a defect alone. It may say more than was asked for (the enforcer takes what it asked for and no more), and it
 * ends by the deadline, in epoch milliseconds. A call is one attempt: to try again is the enforcer's business.
 */
export interface InstanceFleet {
  /** How many ids one call takes. */
  readonly limits: { readonly describe: number; readonly terminate: number };

  /** What EC2 shows of these instances. An id that it does not show is missing in the answer. */
  describe(instanceIds: readonly InstanceId[], deadline: number): Promise<Description>;

  /** What EC2 shows of the instances of one launch. */
  find(reference: LaunchReference, deadline: number): Promise<Description>;

  /**
   * What EC2 shows of the instances of groups that are on their way down, or were terminated within about an hour.
   *
   * @param groups one or more of one kind, at most as many as ids in a call
   */
  findDown(groups: readonly ServiceGroup[], deadline: number): Promise<Description>;

  /** Terminates these instances, all in one call. */
  terminate(instanceIds: readonly InstanceId[], deadline: number): Promise<Termination>;

  /** Gives an instance that has none a name of 1 to 256 characters. */
  name(instanceId: InstanceId, name: string, deadline: number): Promise<Naming>;
}

/** An instance as EC2 shows it now. */
export interface LiveInstance {
  readonly instanceId: InstanceId;
  readonly state: InstanceState;
  readonly tags: readonly Tag[];
  readonly reservationId: string | undefined;
  readonly clientToken: string | undefined;
  /** Whether a service provider manages it: its operator alone may end it. */
  readonly isManaged: boolean;
  /** Id of the Spot request that it was launched for, for example `sir-0123abcd`. */
  readonly spotRequestId: string | undefined;
  /**
   * When it was launched for the first time, in epoch milliseconds: when the first of its network interfaces was attached.
   * EC2's launch time is that of the last start. Undefined when EC2 shows no such interface.
   * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
   */
  readonly firstLaunchedAt: number | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** An instance of an answer that lacks what no instance is without, or has it in a form that is not known. */
export interface UnreadableInstance {
  /** Undefined when this is what it lacks: then it may be any of those asked for. */
  readonly instanceId: InstanceId | undefined;
  readonly detail: string;
}

export type Description =
  | {
      readonly kind: 'described';
      readonly instances: readonly LiveInstance[];
      readonly unreadable: readonly UnreadableInstance[];
    }
  | CallFailed
  | OutOfTime;

export type Termination =
  /** EC2 took the call. Only the ids it lists are on their way down: by this call, or since before it. */
  | {
      readonly kind: 'accepted';
      readonly terminated: ReadonlySet<InstanceId>;
      readonly downBefore: ReadonlySet<InstanceId>;
    }
  | Refused
  | CallFailed
  | OutOfTime;

export type Naming = { readonly kind: 'accepted' } | Refused | CallFailed | OutOfTime;

/**
 * EC2 refused the call for the sake of at least one of its instances, without saying reliably which. Others of
 * the call may have been terminated: EC2 refuses only the zone of a protected instance.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export interface Refused {
  readonly kind: 'refused';
  /** `not-found`: no such id, or not visible yet. `unsupported`: for another reason of that instance. */
  readonly refusal: 'protected' | 'denied' | 'not-found' | 'unsupported';
  readonly detail: string;
}

/** The call failed, whatever its instances. */
export interface CallFailed {
  readonly kind: 'call-failed';
  /** Throttled, a server error, or no whole answer: another try may succeed. Otherwise the call itself was refused. */
  readonly transient: boolean;
  readonly detail: string;
}

/** The deadline came before the answer. */
export interface OutOfTime {
  readonly kind: 'out-of-time';
}
