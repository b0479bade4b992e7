import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { cases } from './harness/cases.ts';
import { leaveCoreToFunctions } from './harness/cores.ts';
import { runRounds } from './harness/rounds.ts';
import { prepareStarts } from './harness/starts.ts';
import { rowCells, rowHead, targetCells, targetHead } from './report/cells.ts';
import { describeMachine, load } from './report/machine.ts';
import { saveResults, type Results } from './report/results.ts';
import { summarize } from './report/summarize.ts';
import { isMet, targetsOf } from './report/targets.ts';
import { writePage } from './report/write-page.ts';
import { NoRuntimeClientError } from './runtime-client/install.ts';
import { NoCustodianError } from './subjects/custodian/install.ts';

/** `npm run bench`: measures the built bundle against an empty handler and its peers, and writes `bench/RESULTS.md`. */
const options = new Command('npm run bench --')
  .description(
    'Measures the enforcer against an empty handler and its peers; no account, nothing but this machine.',
  )
  .option('--rounds <number>', 'rounds to run; each takes some 20 seconds', parseRounds, 20)
  .option('--quick', 'three rounds with fewer events, and no page written', false)
  .option('--runtime-client', "under AWS's own runtime client, built if it is not there; Linux alone", false)
  .option('--no-custodian', 'leave Cloud Custodian out, which needs Python and PyPI')
  .parse()
  .opts<{ rounds: number; quick: boolean; runtimeClient: boolean; custodian: boolean }>();

try {
  const { starts, versions } = await prepareStarts(options, say);
  const rounds = options.quick ? 3 : options.rounds;
  const events = options.quick ? { before: 20, measured: 30 } : { before: 20, measured: 100 };
  leaveCoreToFunctions();
  const loadBefore = load();
  const series = await runRounds(rounds, starts, cases, events, (round) => {
    say(round === 0 ? 'a round to warm up' : `round ${round} of ${rounds}, load ${load()}`);
  });
  const results: Results = {
    runtime: options.runtimeClient ? "AWS's runtime client" : 'plain Node',
    at: new Date().toISOString(),
    rounds,
    machine: [
      ...(await describeMachine()),
      ...versions,
      ['load of the machine, before and after', `${loadBefore}, ${load()}`],
    ],
    rows: summarize(series),
  };
  print(results);
  if (!options.quick) {
    await saveResults(results);
    await writePage();
    console.log('Written to bench/RESULTS.md.');
  }
} catch (error) {
  if (!(error instanceof NoCustodianError || error instanceof NoRuntimeClientError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function print(results: Results): void {
  const style = { head: [], border: [] };
  const rows = new Table({
    head: rowHead,
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style,
  });
  rows.push(...results.rows.map(rowCells));
  const targets = new Table({ head: targetHead, colAligns: ['left', 'right', 'right', 'left'], style });
  targets.push(
    ...targetsOf(results).map((target) =>
      targetCells(target).map((cell) => styleText(isMet(target) ? 'green' : 'red', cell)),
    ),
  );
  console.log(`${rows.toString()}\n${targets.toString()}`);
}

function say(line: string): void {
  console.error(styleText('dim', line));
}

function parseRounds(value: string): number {
  const rounds = Number(value);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new InvalidArgumentError('Expected a whole number from 1 on.');
}
