import type { Outcome } from '../../enforcer/outcome.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import type { Launcher } from '../launcher.ts';

/** One launch of the showcase: how it is made, what happens around it, and what must become of it. */
export interface LaunchCase {
  readonly title: string;
  /** Parameters of `RunInstances` beside the image; one instance by default. */
  readonly request?: Readonly<Record<string, string>>;
  readonly launcher?: Launcher;
  /** The settings of the function that the event goes to. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What happens after the launch, before its event is delivered. */
  readonly meanwhile?: (ec2: CaseEc2) => Promise<void> | void;
  /** What happens while the function works on the event. */
  readonly during?: (ec2: CaseEc2) => Promise<void>;
  /** CloudTrail leaves the instances out of the event. */
  readonly omitResponse?: boolean;
  /** How often the same event is delivered; once by default. */
  readonly deliveries?: number;
  /** The time that the function has, in milliseconds; 10 seconds by default. */
  readonly timeLeft?: number;
  /** One for each instance, in the order of the launch; or the reason for which the event is ignored. */
  readonly expected: readonly Fate[] | { readonly ignored: string };
}

/** An outcome and its reason, as `terminated: no-name-tag`. */
export type Fate = FateOf<Outcome>;
type FateOf<O extends Outcome> = O extends Outcome ? `${O['outcome']}: ${O['reason']}` : never;

/** The endpoint as one launch sees it. */
export interface CaseEc2 {
  readonly endpoint: Ec2Endpoint;
  /** The instances of the launch, in its order. */
  readonly instanceIds: string[];
  /** The id at this place in the launch, from 0. */
  id(place: number): string;
  /** Gives an instance a name, by a call of `CreateTags`. */
  name(instanceId: string, name: string): Promise<void>;
  /** Switches an instance's termination protection on, by a call of `ModifyInstanceAttribute`. */
  protect(instanceId: string): Promise<void>;
}
