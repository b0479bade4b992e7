import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { cases } from './harness/cases.ts';
import { describeMachine, leaveCoreToFunctions, load } from './harness/machine.ts';
import { runRounds } from './harness/measure.ts';
import { prepareStarts, type Choice } from './harness/subjects.ts';
import { rowCells, rowHead, targetCells, targetHead, writePage } from './report/page.ts';
import { saveResults, summarize, type Results } from './report/results.ts';
import { isMet, targetsOf } from './report/targets.ts';
import { CannotTakePartError } from './subjects/install.ts';

/** `npm run bench`: measures the built bundle against an empty handler and its peers, and writes `bench/RESULTS.md`. */
const options = new Command('npm run bench --')
  .description(
    'Measures the enforcer against an empty handler and its peers; no account, nothing but this machine.',
  )
  .option('--rounds <number>', 'rounds to run; each takes some 20 seconds', parseRounds, 20)
  .option('--quick', 'three rounds with fewer events, and no page written', false)
  .option('--runtime-client', "under AWS's own runtime client, built if it is not there; Linux alone", false)
  .option('--no-custodian', 'leave Cloud Custodian out, which needs Python and PyPI')
  .option(
    '--against <bundle>',
    'measure the built bundle of another checkout as well, for example ../before/dist/enforce-name-tag.mjs',
  )
  .parse()
  .opts<Choice & { rounds: number; quick: boolean }>();

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
  if (!(error instanceof CannotTakePartError)) throw error;
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
