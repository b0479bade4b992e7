import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import { plot } from './plot.ts';
import { loadResults, resultsFile, type Results, type Row, type Spread } from './results.ts';
import { boundsOf, figure, isMet, targetsOf, type Target } from './targets.ts';

/** The cases of the picture. */
const pictured = ['cold compliant', 'cold kill', 'warm compliant', 'warm kill', 'cold kill of 1,000'];

const folder = path.join(import.meta.dirname, '..');

/** Writes `bench/RESULTS.md` and its pictures from what was measured last. */
export async function writePage(): Promise<void> {
  const loaded = [await loadResults('plain Node'), await loadResults("AWS's runtime client")];
  const runs = loaded.filter((results) => results !== undefined);
  for (const results of runs) {
    await writeFile(resultsFile(results.runtime, 'svg'), `${plot(results, pictured)}\n`);
  }
  await writeFile(path.join(folder, 'RESULTS.md'), `${introduction}\n${runs.map(section).join('\n')}`);
}

const introduction = `# What the enforcer costs

Written by \`npm run bench\`, which needs no account; \`npm run bench -- --runtime-client\` measures under the runtime
client that AWS runs functions with. Whoever repeats it gets other milliseconds and should get the same ratios.

- Each round runs every subject in every case, in a turning order; figures are the median of the rounds, in brackets the
  quarters below and above. Ratios are taken round by round, against the empty handler in the same case.
- *Cold*: from before the process is made until the answer is there: Node's own start, the runtime's, loading the bundle,
  and one event. *Warm*: one event, from handing it over until the answer is there, after 20 others.
- *By hand*: the log line, the metrics and the two signed calls with no library at all, checks and second tries left out.
  It is the least that there can be.
- *Naive bundle*: the same handler in one CommonJS file by esbuild's own settings.
- *Cloud Custodian*: its own Lambda entry, with a policy that terminates what has no \`Name\`.
- *Before*: the built bundle of another checkout, when \`--against\` names one: two states of the enforcer in one run.
- EC2 is the embedded endpoint, on this machine, without TLS and with no distance to go: a call of the real EC2 adds some
  100 ms of waiting to each subject alike. Every kill is checked to have happened.
- *With a notice*: the kill is told to EventBridge, as the template has it; else it tells nobody, as the peers.

To compare two states, build the other one and name its bundle:

\`\`\`sh
git worktree add ../before v1 && (cd ../before && npm ci && npm run build)
npm run bench -- --against ../before/dist/enforce-name-tag.mjs
\`\`\`
`;

function section(results: Results): string {
  const targets = markdownTable([targetHead, ...targetsOf(results).map(targetCells)], {
    align: ['l', 'r', 'r', 'l'],
  });
  const rows = markdownTable([rowHead, ...results.rows.map(rowCells)], {
    align: ['l', 'l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'],
  });
  const picture = path.relative(folder, resultsFile(results.runtime, 'svg'));
  return `## Under ${results.runtime}

${results.rounds} rounds, ${results.at.slice(0, 10)}.

${targets}

What bounds them, measured in the same run:

${boundsOf(results)
  .map((bound) => `- ${bound}`)
  .join('\n')}

![Wall times under ${results.runtime}](${picture})

${rows}

${markdownTable([['machine', ''], ...results.machine])}
`;
}

export const rowHead = [
  'case',
  'subject',
  'wall ms',
  '× empty',
  'CPU ms',
  '× empty',
  'peak MB',
  'EC2 calls',
  'log bytes',
];

/** A row for people: the median, and in brackets the quarters. */
export function rowCells(row: Row): string[] {
  return [
    row.case,
    row.subject,
    withQuarters(row.wall),
    withQuarters(row.wallRatio),
    figure(row.cpu),
    figure(row.cpuRatio),
    row.peakMemory.toFixed(0),
    String(row.ec2Calls),
    row.logBytes.toLocaleString('en-US'),
  ];
}

function withQuarters({ median, q1, q3 }: Spread): string {
  return `${figure(median)} (${figure(q1)}–${figure(q3)})`;
}

export const targetHead = ['target', 'at most', 'measured', ''];

export function targetCells(target: Target): string[] {
  const { what, limit, measured, unit } = target;
  return [what, `${limit}${unit}`, `${figure(measured)}${unit}`, isMet(target) ? 'met' : 'missed'];
}
