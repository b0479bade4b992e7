import * as fc from 'fast-check';
import type { Mode } from '../../../src/enforcer/enforcement.ts';
import type { Tag } from '../../../src/enforcer/launch.ts';
import type { Fault, Outage } from '../in-memory-fleet.ts';

/** Tags that matter to the enforcer, each in its own way. */
export const tagKinds = {
  none: [],
  other: [{ key: 'stage', value: 'test' }],
  name: [{ key: 'Name', value: 'web-1' }],
  'blank-name': [{ key: 'Name', value: ' ' }],
  'empty-name': [{ key: 'Name', value: '' }],
  'lower-case-name': [{ key: 'name', value: 'web-1' }],
  exempt: [{ key: 'team', value: '' }],
} as const satisfies Record<string, readonly Tag[]>;

export type TagKind = keyof typeof tagKinds;

/** One instance of a launch. Times are milliseconds since the launch. */
export interface InstancePlan {
  readonly tags: TagKind;
  /** Whether the event shows its own tags. */
  readonly isShownInEvent: boolean;
  /** From a time on, it has these tags instead, in the order of time. */
  readonly changes: readonly { readonly after: number; readonly tags: TagKind }[];
  readonly zone: 'a' | 'b';
  readonly quirk: 'none' | 'protected' | 'unsupported' | 'gone' | 'managed';
  readonly hiddenFor: number;
  readonly unknownFor: number;
}

export interface LaunchPlan {
  readonly form: 'listed' | 'by-reservation' | 'by-token' | 'without-reference';
  /** Tags of the request, which every instance gets. */
  readonly requestTags: TagKind;
  /** Whether the request says exactly how many instances it starts. */
  readonly isCounted: boolean;
  /** Milliseconds from the launch to each delivery of its event: more than one is a duplicate. */
  readonly deliveredAfter: readonly number[];
  /** Of another account: EC2 here shows none of its instances. */
  readonly isForeign: boolean;
  readonly instances: readonly InstancePlan[];
}

export interface OutagePlan {
  readonly after: number;
  readonly lasts: number;
  readonly kind: Outage['kind'];
}

/** One run of the model: what is launched, what happens to it, and what goes wrong. */
export interface Schedule {
  readonly seed: number;
  readonly mode: Mode;
  readonly limits: { readonly describe: number; readonly terminate: number };
  readonly callTime: number;
  /** Milliseconds of one attempt. */
  readonly timeout: number;
  readonly faults: readonly Fault[];
  /** Times in which EC2 is ill, in milliseconds since the launch. */
  readonly outages: readonly OutagePlan[];
  readonly launches: readonly LaunchPlan[];
}

/** Often at once, mostly soon, sometimes after Lambda's first retry. */
const soon = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.nat(2_000) },
  { weight: 2, arbitrary: fc.nat(90_000) },
);

const tagKind = fc.oneof(
  { weight: 4, arbitrary: fc.constant<TagKind>('none') },
  { weight: 5, arbitrary: fc.constantFrom<TagKind>('other', 'name', 'empty-name') },
  { weight: 1, arbitrary: fc.constantFrom<TagKind>('blank-name', 'lower-case-name', 'exempt') },
);

const instancePlan = fc.record<InstancePlan>({
  tags: tagKind,
  isShownInEvent: fc.boolean(),
  changes: fc
    .array(fc.record({ after: fc.oneof(fc.nat(1_500), fc.nat(120_000)), tags: tagKind }), { maxLength: 2 })
    .map((changes) => changes.toSorted((one, other) => one.after - other.after)),
  zone: fc.constantFrom('a', 'b'),
  quirk: fc.oneof(
    { weight: 8, arbitrary: fc.constant<InstancePlan['quirk']>('none') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<InstancePlan['quirk']>('protected', 'unsupported', 'gone', 'managed'),
    },
  ),
  hiddenFor: soon,
  unknownFor: soon,
});

const HOURS = 2 * 60 * 60_000;

const launchPlan = fc.record<LaunchPlan>({
  form: fc.oneof(
    { weight: 6, arbitrary: fc.constant<LaunchPlan['form']>('listed') },
    { weight: 3, arbitrary: fc.constantFrom<LaunchPlan['form']>('by-reservation', 'by-token') },
    { weight: 1, arbitrary: fc.constant<LaunchPlan['form']>('without-reference') },
  ),
  requestTags: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<TagKind>('none', 'other') },
    { weight: 1, arbitrary: tagKind },
  ),
  isCounted: fc.boolean(),
  deliveredAfter: fc.array(
    fc.oneof({ weight: 9, arbitrary: soon }, { arbitrary: fc.constant(HOURS), weight: 1 }),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  isForeign: fc.oneof(
    { weight: 19, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  instances: fc.array(instancePlan, { minLength: 1, maxLength: 6 }),
});

/** Mostly none; of seconds to hours, and often there from the beginning. */
const outages = fc.array(
  fc.record<OutagePlan>({
    after: fc.oneof(fc.constant(0), fc.nat(90_000)),
    lasts: fc.oneof(fc.nat(3_000), fc.nat(30_000), fc.nat(3 * HOURS)),
    kind: fc.constantFrom('fails', 'stalls'),
  }),
  { maxLength: 1 },
);

const faults = fc.array(
  fc.record<Fault>({
    operation: fc.constantFrom('describe', 'describe', 'terminate', 'terminate', 'find'),
    call: fc.integer({ min: 1, max: 6 }),
    kind: fc.constantFrom('fails', 'fails-for-good', 'fails-after', 'hangs', 'adds-strays', 'lacks-one'),
  }),
  { maxLength: 3 },
);

const launches = fc.array(launchPlan, { minLength: 1, maxLength: 2 });

/**
 * An answer that lacks an instance which EC2 knows misleads about new instances alone: hours after the launch, what an
 * answer lacks is gone. And nobody could tell that an uncounted launch has more instances than EC2 shows.
 */
function isPossible({ kind, operation }: Fault, plans: readonly LaunchPlan[]): boolean {
  if (kind !== 'lacks-one' || operation === 'terminate') return true;
  if (plans.some(({ deliveredAfter }) => deliveredAfter.includes(HOURS))) return false;
  return operation !== 'find' || plans.every(({ isCounted }) => isCounted);
}

const launchesAndFaults = fc.tuple(launches, faults).map(([plans, wanted]) => {
  return { launches: plans, faults: wanted.filter((fault) => isPossible(fault, plans)) };
});

export const anySchedule = fc
  .tuple(
    launchesAndFaults,
    fc.record({
      seed: fc.nat(),
      mode: fc.oneof(
        { weight: 9, arbitrary: fc.constant<Mode>('terminate') },
        { weight: 1, arbitrary: fc.constant<Mode>('report') },
      ),
      limits: fc.record({
        describe: fc.integer({ min: 1, max: 4 }),
        terminate: fc.integer({ min: 1, max: 6 }),
      }),
      callTime: fc.integer({ min: 10, max: 500 }),
      timeout: fc.integer({ min: 1_000, max: 12_000 }),
      outages: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: outages }),
    }),
  )
  .map(([what, how]): Schedule => Object.assign({}, how, what));
