import type { Outcome } from '../../enforcer/outcome.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import type { NewReservation } from '../ec2/fleet-state.ts';
import type { Launcher } from '../launch-event.ts';

/** One case of the showcase: how instances are launched, what happens around it, and what must become of them. */
export interface LaunchCase {
  readonly title: string;
  /** Parameters of `RunInstances` beside the image; one instance by default. */
  readonly request?: Readonly<Record<string, string>>;
  readonly launcher?: Launcher;
  /** Instances that are there already, in place of a launch. */
  readonly existing?: NewReservation;
  /** The events that tell of the instances: of their launch, which is the default, or of their coming to run. */
  readonly signals?: readonly ('launch' | 'running')[];
  /** Seconds of grace that are left, when the launch was so long ago that a minute of it is nearly over. */
  readonly graceLeft?: number;
  /** The settings of the functions. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What happens after the launch, before its event is delivered. */
  readonly meanwhile?: (ec2: CaseEc2) => Promise<void> | void;
  /** What happens while the function works on the event. */
  readonly during?: (ec2: CaseEc2) => Promise<void>;
  /** What happens before the second look. Without it there is one only after the signal `running`. */
  readonly later?: (ec2: CaseEc2) => Promise<void> | void;
  /** All is paused before the launch, as the kill storm alarm does it, and resumed before the second look. */
  readonly paused?: boolean;
  /** CloudTrail leaves the instances out of the event. */
  readonly omitResponse?: boolean;
  /** How often the same event is delivered; once by default. */
  readonly deliveries?: number;
  /** The time that the function has, in milliseconds; 10 seconds by default. */
  readonly timeLeft?: number;
  /** One for each instance, in the order of the launch; or the reason for which the event is ignored. */
  readonly expected: readonly ExpectedText[] | { readonly ignored: string };
}

/** The last outcome of an instance, with what came of it before, or that it lies in the dead-letter queue. */
type ExpectedText =
  | OutcomeText
  | `${Outcome['outcome']}, then ${OutcomeText}`
  | `${OutcomeText}, dead letter`;

/** An outcome and its reason, as `terminated: no-name-tag`. */
type OutcomeText = TextOf<Outcome>;
type TextOf<O extends Outcome> = O extends Outcome ? `${O['outcome']}: ${O['reason']}` : never;

/** The endpoint as one launch sees it. */
export interface CaseEc2 {
  readonly endpoint: Ec2Endpoint;
  /** The instances of the launch, in its order. */
  readonly instanceIds: string[];
  /** The id at this place in the launch, from 0. */
  id(place: number): string;
  /** Gives an instance a name, by a call of `CreateTags`. */
  name(instanceId: string, name: string): Promise<void>;
  /** Stops an instance and starts it again, by a call for each. */
  restart(instanceId: string): Promise<void>;
  /** Switches an instance's termination protection on, by a call of `ModifyInstanceAttribute`. */
  protect(instanceId: string): Promise<void>;
}
