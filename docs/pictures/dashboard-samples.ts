import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/*
 * Made-up metrics of three hours, for the picture of the dashboard: launches come and go; at half past ten somebody's
 * launches are nameless, and some of them are protected; at half past eleven EC2 throttles for a while.
 */

const start = Date.UTC(2026, 2, 2, 9);
const step = 5 * 60_000;
const count = 36;

/** The alarms that ring in the picture, by their logical ids. */
export const ringing: readonly string[] = ['DeadLettersAlarm'];

/** What the table of pauses shows, a line each. */
export const logLines: readonly string[] = [
  '2026-03-02 08:10:12.000    resumed    the template has a name now (by arn:aws:iam::111122223333:user/lena)',
  '2026-03-02 07:31:48.000    paused      alarm ec2-name-tag-enforcer-KillStormAlarm: 63 were terminated within an hour',
];

/** A level with chance in it, and what comes on top while launches are nameless, and while EC2 throttles. */
interface Sample {
  readonly level?: number;
  readonly nameless?: number;
  readonly throttled?: number;
}

/** By the name of the metric, with its statistic or dimension behind it where they differ. What is not here is 0. */
const samples: Readonly<Record<string, Sample>> = {
  LaunchesListed: { level: 18, nameless: 6 },
  LaunchesUnlisted: { level: 1 },
  EventsIgnored: { level: 3 },
  InstancesSpared: { level: 24 },
  InstancesTerminated: { level: 2, nameless: 14 },
  InstancesPostponed: { level: 1, nameless: 4 },
  InstancesFailed: { nameless: 3 },
  'SecondsToSettlement p50': { level: 1.2, throttled: 4 },
  'SecondsToSettlement p95': { level: 2.5, throttled: 12 },
  'SecondsToSettlement Maximum': { level: 4, throttled: 24 },
  FailuresProtected: { nameless: 3 },
  NoticesSent: { level: 2, nameless: 6 },
  SecondLooks: { level: 26, nameless: 15 },
  SecondLooksWaiting: { level: 2, nameless: 5 },
  StartsSpared: { level: 22 },
  StartsAlreadyGone: { level: 2, nameless: 12 },
  'ApproximateNumberOfMessagesVisible SecondLookQueue': { level: 1, throttled: 5 },
  ApproximateNumberOfMessagesDelayed: { level: 10, nameless: 9 },
  'ApproximateAgeOfOldestMessage SecondLookQueue': { level: 130, throttled: 60 },
  'ApproximateNumberOfMessagesVisible DeadLetterQueue': { nameless: 3 },
  'ApproximateAgeOfOldestMessage DeadLetterQueue': { nameless: 1500 },
  AsyncEventAge: { level: 90, throttled: 900 },
  'ConcurrentExecutions EnforceNameTag': { level: 1, nameless: 2, throttled: 2 },
  'ConcurrentExecutions SecondLook': { level: 1 },
  'Invocations EnforceNameTag': { level: 21, nameless: 6 },
  'Invocations SecondLook': { level: 8, nameless: 3 },
  'Errors EnforceNameTag': { throttled: 2 },
  'Duration p50': { level: 60, throttled: 300 },
  'Duration Maximum EnforceNameTag': { level: 900, throttled: 6000 },
  'Duration Maximum SecondLook': { level: 700, throttled: 3000 },
};

/**
 * The values of a metric, each with its time; the same at every call.
 *
 * @param names the metric's name and what tells it from others of that name: its statistic, its resource
 */
export function sampleOf(name: string, ...names: readonly string[]): [time: number, value: number][] {
  const key = Object.keys(samples).find((candidate) => {
    const [first, ...others] = candidate.split(' ');
    return first === name && others.every((other) => names.includes(other));
  });
  const { level = 0, nameless = 0, throttled = 0 } = samples[key ?? ''] ?? {};
  const random = xoroshiro128plus(seedOf(`${name} ${names.join(' ')}`));
  return Array.from({ length: count }, (_, index) => {
    const top = (index >= 18 && index < 24 ? nameless : 0) + (index >= 30 && index < 33 ? throttled : 0);
    const value = level * (0.5 + uniformFloat64(random)) + top * (0.8 + 0.4 * uniformFloat64(random));
    return [start + index * step, Math.round(value * 10) / 10];
  });
}

/** So that each metric has chances of its own. */
function seedOf(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 2 ** 31, 7);
}
