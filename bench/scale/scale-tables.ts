import { markdownTable } from 'markdown-table';
import { figure } from '../report/targets.ts';
import { rowOf, type Results } from '../report/results.ts';
import { capacities } from './capacity.ts';
import { durationsAt, type Durations } from './durations.ts';
import { billed, monthlyCost, prices, SECONDS_A_MONTH, tiered, total, type MonthlyCost } from './prices.ts';
import { killTime, scenariosFor } from './scenarios.ts';
import {
  batchTime,
  messagesInBatch,
  secondSignalCost,
  totalOfSecondSignal,
  type SecondSignalCost,
} from './second-signal.ts';
import { simulate } from './simulate.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (value: number): string => `$${value < 100 ? value.toFixed(2) : number(value)}`;
const percent = (share: number): string => `${share * 100} %`;

function table(head: readonly string[], rows: readonly (readonly string[])[], texts: number): string {
  const align = head.map((_, column) => (column < texts ? 'l' : 'r'));
  return markdownTable([[...head], ...rows.map((row) => [...row])], { align });
}

/** One row a size of launch, as measured. */
export function growthTable(results: Results): string {
  const cases = [
    'warm kill',
    'warm kill of 10',
    'warm kill of 100',
    'warm kill of 1,000',
    'warm kill of 1,000 that the event does not list',
    'cold kill of 1,000',
    'warm compliant',
    'warm event of 256 KB, 398 named',
    'warm event of 256 KB, 432 nameless',
  ];
  const rows = cases.map((name) => {
    const { wall, cpu, peakMemory, ec2Calls, logBytes } = rowOf(results, name, 'enforcer');
    return [
      name,
      figure(wall.median),
      figure(cpu),
      peakMemory.toFixed(0),
      String(ec2Calls),
      figure(logBytes / 1_000),
    ];
  });
  return table(['case', 'wall ms', 'CPU ms', 'peak MB', 'EC2 calls', 'log kB'], rows, 1);
}

export function capacityTable(durations: Durations): string {
  const rows = capacities(durations).map(({ resource, allows, launchesPerSecond }) => [
    resource,
    allows,
    figure(launchesPerSecond(1)),
    figure(launchesPerSecond(0.01)),
  ]);
  return table(['what', 'allows', 'launches/s, all nameless', 'launches/s, 1 % nameless'], rows, 2);
}

export function simulationTable(durations: Durations): string {
  const rows = scenariosFor(durations).map((scenario) => {
    const result = simulate(scenario);
    return [
      number(scenario.launchesPerSecond),
      percent(scenario.nameless),
      scenario.settings,
      String(scenario.reservedConcurrency),
      time(result.median),
      time(result.p99),
      number(result.mostQueued),
      number(result.throttledCalls),
      number(result.failedTries),
      `${((100 * result.deadLetters) / result.launches).toFixed(result.deadLetters === 0 ? 0 : 1)} %`,
    ];
  });
  const head = [
    'launches/s',
    'nameless',
    'settings',
    'concurrency',
    'median',
    'p99',
    'most queued',
    'throttled calls',
    'failed tries',
    'dead letters',
  ];
  return table(head, rows, 3);
}

export function costTable(results: Results, durations: Durations, memory: number): string {
  const rowAt = (rate: number, nameless: number): string[] =>
    costRow(
      rate,
      nameless,
      monthlyCost(results, durations, memory, rate, nameless),
      secondSignalCost(results, durations, memory, rate, nameless),
    );
  const rows = [0.001, 1, 100, 10_000].flatMap((rate) => [rowAt(rate, 0.01), rowAt(rate, 1)]);
  const idle = rowAt(0, 0);
  const head = [
    'launches a month',
    'nameless',
    'requests',
    'compute',
    'logs',
    'notices',
    'metrics',
    'alarms',
    'second signal',
    'in all',
  ];
  return table(head, [idle, ...rows], 0);
}

/** What the second signal adds to the bill, part by part. */
export function secondSignalTable(results: Results, durations: Durations, memory: number): string {
  const rows = [0, 1, 100, 10_000].map((rate) => {
    const cost = secondSignalCost(results, durations, memory, rate, 0.01);
    const messages = messagesInBatch(rate);
    const batches = rate / messages;
    return [
      number(rate),
      rate === 0 ? 'none' : figure(messages),
      figure(batches * batchTime(results, durations, messages)),
      dollars(cost.queue),
      dollars(cost.compute),
      dollars(cost.logs),
      dollars(cost.metrics),
      dollars(totalOfSecondSignal(cost)),
    ];
  });
  const head = [
    'launches/s',
    'messages a batch',
    'batches at a time',
    'SQS',
    'Lambda',
    'logs',
    'metrics',
    'in all',
  ];
  return table(head, rows, 0);
}

function costRow(
  rate: number,
  nameless: number,
  cost: MonthlyCost,
  secondSignal: SecondSignalCost,
): string[] {
  const { requests, compute, logs, notices } = cost;
  const second = totalOfSecondSignal(secondSignal);
  const parts = [requests, compute, logs, notices, cost.metrics, cost.alarms, second, total(cost) + second];
  return [number(rate * SECONDS_A_MONTH), percent(nameless), ...parts.map(dollars)];
}

/** What each memory size makes of the measured CPU times. */
export function memoryTable(results: Results): string {
  const thousand = rowOf(results, 'cold kill of 1,000', 'enforcer').cpu / 1_000;
  const rows = [128, 256, 512, 1_024, 1_769].map((memory) => {
    const durations = durationsAt(results, memory);
    const first = durations.init + durations.firstKill + killTime(durations);
    const million = (seconds: number): number =>
      tiered(billed(seconds) * (memory / 1_024) * 1e6, prices.gbSecond) + 1e6 * prices.request;
    return [
      String(memory),
      time(durations.compliant),
      time(durations.init + durations.compliant),
      time(killTime(durations)),
      time(first),
      time((thousand * 1_769) / memory),
      dollars(million(durations.compliant)),
      dollars(million(killTime(durations))),
    ];
  });
  const head = [
    'MB',
    'compliant',
    'first compliant',
    'kill',
    'first kill',
    'first kill of 1,000, CPU alone',
    'a million compliant',
    'a million kills',
  ];
  return table(head, rows, 0);
}

function time(seconds: number): string {
  if (Number.isNaN(seconds)) return 'none';
  if (seconds < 1) return `${figure(seconds * 1_000)} ms`;
  if (seconds < 120) return `${figure(seconds)} s`;
  return seconds < 7_200 ? `${figure(seconds / 60)} min` : `${figure(seconds / 3_600)} h`;
}
