import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localAws } from './support/clients.ts';
import { fateOfEach, fatesOf, soon } from './support/fates.ts';
import { faultyLaunch, outcomeOf, redeliver } from './support/faulty-launches.ts';
import { switchOffFaults, switchOnFaults } from './support/faults.ts';
import { publish, type FigureRow } from './support/figures.ts';
import { loggedInvocationsOf } from './support/invocations.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver } from './support/trail.ts';

const launchCount = 200;

/** Per cent of all calls to EC2 that fail, one run each. */
const rates = [20, 50, 95];

const stackName = 'faults';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName, {
    Ec2EndpointUrl: localAws.faultyEc2,
    // Many at a time, since a call that gets no answer takes ten seconds.
    ReservedConcurrency: '30',
    Timeout: '15',
  });
});
afterAll(async () => {
  await remove(stackName);
});

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
    const before = await loggedInvocationsOf(stack.LogGroupName);

    await switchOnFaults(rate / 100);
    const started = Date.now();
    await deliver(...launches.map(({ event }) => event));
    const undecided = async () => (await outcomeOf(launches, stack)).undecided;
    await expect.poll(undecided, { timeout: 150_000, interval: 500 }).toEqual([]);
    const seconds = (Date.now() - started) / 1000;
    const faults = await switchOffFaults();
    for (const [name, count] of faults) occurred.set(name, (occurred.get(name) ?? 0) + count);

    const { letters } = await outcomeOf(launches, stack);
    const inLetters = new Set(letters.flatMap(({ instanceIds }) => instanceIds));
    const fates = await fateOfEach(nameless);
    const dead = nameless.filter((id) => fates.get(id) === 'dead');
    const lost = nameless.filter((id) => fates.get(id) !== 'dead' && !inLetters.has(id));
    const invocations = (await loggedInvocationsOf(stack.LogGroupName)) - before;
    expect(lost).toEqual([]);
    await redeliver(letters);
    await expect.poll(async () => fatesOf(nameless), soon).toEqual(['dead']);

    const namedFates = await fateOfEach(named);
    rows.push({
      'calls that fail': `${rate} %`,
      ...Object.fromEntries([...faults].map(([name, count]) => [`- ${name}`, count])),
      launches: launchCount,
      invocations,
      'named killed': `${named.filter((id) => namedFates.get(id) !== 'alive').length} of ${named.length}`,
      'nameless dead': `${dead.length} of ${nameless.length}`,
      'nameless alive, in the dead-letter queue': nameless.length - dead.length - lost.length,
      'nameless lost': lost.length,
      'dead after redelivery without faults': nameless.length,
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
