import type { Launcher } from '../launch-event.ts';
import type { Wanted } from './launch.ts';

/** A launch of `npm run local:aws`: what is launched by whom, what tells of it, and what must become of it. */
export interface SampleLaunch {
  readonly title: string;
  readonly wanted: Wanted;
  readonly launcher: Launcher;
  /**
   * - `late`: the launch event comes two hours late, after the grace period
   * - `undelivered`: the rule could not hand it over
   * - `running`: EC2's own signal alone
   * - `none`: nothing tells of it
   */
  readonly signal: 'launch' | 'late' | 'undelivered' | 'running' | 'none';
  /** The first instance is protected against termination. */
  readonly protects?: boolean;
  /** The last instance gets a name before the event comes. */
  readonly namesLate?: boolean;
  readonly becomes: readonly Becomes[];
}

/** In short: `waiting` is in the second-look queue. */
export type Becomes = 'spared' | 'terminated' | 'waiting' | 'dead letter' | 'unseen';

/** The parameters that the stack is deployed with. */
export const parameters = { GracePeriodMinutes: '60', ExemptTagKeys: 'keep', Timeout: '15' } as const;

const person = (name: string): Launcher => ({ kind: 'user', name });
const autoScaling: Launcher = { kind: 'service', service: 'autoscaling.amazonaws.com' };
const tags = (tagged: Readonly<Record<string, string>>): Pick<Wanted, 'tags'> => ({
  tags: Object.entries(tagged).map(([key, value]) => ({ key, value })),
});

export const sampleLaunches: readonly SampleLaunch[] = [
  {
    title: 'Named at launch',
    wanted: tags({ Name: 'web-1' }),
    launcher: person('lena'),
    signal: 'launch',
    becomes: ['spared'],
  },
  {
    title: 'Exempt tag key',
    wanted: tags({ keep: '' }),
    launcher: person('lena'),
    signal: 'launch',
    becomes: ['spared'],
  },
  {
    title: 'Nameless, has time left',
    wanted: { count: 2 },
    launcher: person('tom'),
    signal: 'launch',
    becomes: ['waiting'],
  },
  {
    title: 'Nameless of Auto Scaling, has time left',
    wanted: tags({ team: 'search' }),
    launcher: autoScaling,
    signal: 'launch',
    becomes: ['waiting'],
  },
  {
    title: 'Nameless, its time is up',
    wanted: {},
    launcher: person('tom'),
    signal: 'late',
    becomes: ['terminated'],
  },
  {
    title: 'Empty name',
    wanted: tags({ Name: '' }),
    launcher: person('ci'),
    signal: 'late',
    becomes: ['terminated'],
  },
  {
    title: 'Auto Scaling, three without a name',
    wanted: { count: 3, ...tags({ team: 'batch' }) },
    launcher: autoScaling,
    signal: 'late',
    becomes: ['terminated'],
  },
  {
    title: 'Two, one named late',
    wanted: { count: 2 },
    launcher: person('lena'),
    signal: 'late',
    namesLate: true,
    becomes: ['terminated', 'spared'],
  },
  {
    title: 'Two, one protected',
    wanted: { count: 2 },
    launcher: person('tom'),
    signal: 'late',
    protects: true,
    becomes: ['dead letter', 'terminated'],
  },
  {
    title: 'Protected, of Auto Scaling',
    wanted: tags({ team: 'batch' }),
    launcher: autoScaling,
    signal: 'late',
    protects: true,
    becomes: ['dead letter'],
  },
  {
    title: 'Event that the rule could not deliver',
    wanted: {},
    launcher: person('ci'),
    signal: 'undelivered',
    becomes: ['dead letter'],
  },
  {
    title: "EC2's own signal alone, looked at in two minutes",
    wanted: {},
    launcher: person('ci'),
    signal: 'running',
    becomes: ['waiting'],
  },
  {
    title: 'Nothing tells of it',
    wanted: tags({ team: 'search' }),
    launcher: person('lena'),
    signal: 'none',
    becomes: ['unseen'],
  },
];
