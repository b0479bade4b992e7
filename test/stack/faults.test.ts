import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localAws } from './support/clients.ts';
import { fateOfEach, fatesOf } from './support/fates.ts';
import { faultyLaunch, outcomeOf } from './support/faulty-launches.ts';
import { switchOffFaults, switchOnFaults } from './support/faults.ts';
import { publish, type FigureRow } from './support/figures.ts';
import { loggedInvocationsOf } from './support/invocations.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { withoutDelay } from './support/starts.ts';
import { deliver } from './support/trail.ts';

const launchCount = 200;

/** Milliseconds. What is not settled by then is settled when calls work again. */
const LONGEST_FAULTS = 60_000;

/** Per cent of all calls to EC2 that fail, one run each. */
const rates = [20, 50, 95];

/** A stack whose calls to EC2 can be made to fail, with many invocations at a time, since a failing call takes long. */
function useStack(stackName: string, timeout: string): { readonly outputs: Outputs } {
  let outputs: Outputs | undefined;
  beforeAll(async () => {
    const parameters = { Ec2EndpointUrl: localAws.faultyEc2, ReservedConcurrency: '30', Timeout: timeout };
    outputs = await deploy(stackName, parameters);
    await withoutDelay(outputs.SecondLookQueueUrl);
  });
  afterAll(async () => {
    await remove(stackName);
  });
  return {
    get outputs() {
      if (outputs === undefined) throw new Error(`Expected the stack ${stackName} to be deployed.`);
      return outputs;
    },
  };
}

describe('EC2 is ill for 20 seconds', () => {
  const stack = useStack('outage', '60');

  test('all nameless instances are dead after it, of one invocation each, without a dead letter', async (context) => {
    const launches = await pMap(
      Array.from({ length: launchCount }),
      async (_, index) => faultyLaunch(index),
      {
        concurrency: 4,
      },
    );
    const idsOf = (nameless: boolean) =>
      launches.filter((launch) => launch.nameless === nameless).flatMap(({ instanceIds }) => instanceIds);

    await switchOnFaults(1);
    const started = Date.now();
    await deliver(...launches.map(({ event }) => event));
    await sleep(20_000);
    const faults = await switchOffFaults();
    const undecided = async () => (await outcomeOf(launches, stack.outputs)).undecided;
    await expect.poll(undecided, { timeout: 150_000, interval: 500 }).toEqual([]);
    const seconds = (Date.now() - started) / 1000;

    const { letters } = await outcomeOf(launches, stack.outputs);
    const invocations = await loggedInvocationsOf(stack.outputs.LogGroupName);
    publish(context, {
      title: 'EC2 ill for 20 seconds',
      rows: [
        {
          launches: launchCount,
          'calls that failed': [...faults.values()].reduce((sum, count) => sum + count, 0),
          invocations,
          'dead letters': letters.length,
          seconds: seconds.toFixed(1),
        },
      ],
    });
    expect(letters).toEqual([]);
    expect(invocations).toBe(launchCount);
    expect(await fatesOf(idsOf(true))).toEqual(['dead']);
    expect(await fatesOf(idsOf(false))).toEqual(['alive']);
  });
});

describe('A part of all calls fails', () => {
  const stack = useStack('faults', '15');

  const rows: FigureRow[] = [];
  const occurred = new Map<string, number>();

  test.for(rates)(
    'with %s per cent of all calls to EC2 failing, no named instance is killed and no nameless one lost',
    async (rate, context) => {
      const launches = await pMap(
        Array.from({ length: launchCount }),
        async (_, index) => faultyLaunch(index),
        {
          concurrency: 4,
        },
      );
      const idsOf = (nameless: boolean) =>
        launches.filter((launch) => launch.nameless === nameless).flatMap(({ instanceIds }) => instanceIds);
      const [nameless, named] = [idsOf(true), idsOf(false)];
      const { instanceIds: bystanders } = await launchWithSdk({ count: 5 });
      const before = await loggedInvocationsOf(stack.outputs.LogGroupName);

      await switchOnFaults(rate / 100);
      const started = Date.now();
      await deliver(...launches.map(({ event }) => event));
      const undecided = async () => (await outcomeOf(launches, stack.outputs)).undecided;
      while ((await undecided()).length > 0 && Date.now() - started < LONGEST_FAULTS) await sleep(500);
      const fates = await fateOfEach(nameless);
      const deadMeanwhile = nameless.filter((id) => fates.get(id) === 'dead');
      const faults = await switchOffFaults();
      for (const [name, count] of faults) occurred.set(name, (occurred.get(name) ?? 0) + count);

      await expect.poll(undecided, { timeout: 150_000, interval: 500 }).toEqual([]);
      const seconds = (Date.now() - started) / 1000;
      const invocations = (await loggedInvocationsOf(stack.outputs.LogGroupName)) - before;
      expect(await fatesOf(nameless)).toEqual(['dead']);
      expect((await outcomeOf(launches, stack.outputs)).letters).toEqual([]);

      const namedFates = await fateOfEach(named);
      rows.push({
        'calls that fail': `${rate} %`,
        ...Object.fromEntries([...faults].map(([name, count]) => [`- ${name}`, count])),
        launches: launchCount,
        invocations,
        'named killed': `${named.filter((id) => namedFates.get(id) !== 'alive').length} of ${named.length}`,
        'nameless dead while calls failed': `${deadMeanwhile.length} of ${nameless.length}`,
        'and after that': nameless.length,
        'dead letters': 0,
        seconds: seconds.toFixed(1),
      });
      publish(context, { title: 'Faults between the function and EC2', rows });
      expect(await fatesOf(named)).toEqual(['alive']);
      expect(await fatesOf(bystanders)).toEqual(['alive']);
    },
  );

  test('every kind of fault has occurred', () => {
    expect([...occurred].filter(([, count]) => count === 0)).toEqual([]);
  });
});
