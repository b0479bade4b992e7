import { markdownTable } from 'markdown-table';
import { boundsOf } from './bounds.ts';
import { rowCells, rowHead, targetCells, targetHead } from './cells.ts';
import { profileTable, type Profile } from './profile.ts';
import type { Results } from './results.ts';
import { targetsOf } from './targets.ts';

const right = 'r' as const;
const left = 'l' as const;

/** `bench/RESULTS.md`: the last run of each kind, and the last profile. */
export function resultsPage(runs: readonly Results[], profile: Profile | undefined): string {
  return `# What the enforcer costs

Written by \`npm run bench\`, which needs no account; \`npm run bench -- --runtime-client\` measures under the runtime
client that AWS runs functions with. Whoever repeats it gets other milliseconds and should get the same ratios.

- Each round runs every subject in every case, in a turning order; figures are the median of the rounds, in brackets the
  quarters below and above. Ratios are taken round by round, against the empty handler in the same case.
- *Cold*: from before the process is made until the answer is there: Node's own start, the runtime's, loading the bundle,
  and one event. *Warm*: one event, from handing it over until the answer is there, after 20 others.
- *Powertools alone*: the log line and the metrics of a compliant launch through the Powertools, bundled as the enforcer is,
  and nothing else.
- *By hand*: the log line, the metrics and the two signed calls with no library at all, checks and second tries left out.
  It is the least that there can be.
- *Naive bundle*: the same handler with the aggregated client \`EC2\`, in one CommonJS file by esbuild's own settings.
- *Cloud Custodian*: its own Lambda entry, with a policy that terminates what has no \`Name\`.
- EC2 is the embedded endpoint, on this machine, without TLS and with no distance to go: a call of the real EC2 adds some
  100 ms of waiting to each subject alike. Every kill is checked to have happened.
- *With a notice*: the kill is told to EventBridge, as the template has it; else it tells nobody, as the peers.

${[...runs.map(section), ...(profile === undefined ? [] : [profileSection(profile)])].join('\n\n')}
`;
}

function section(results: Results): string {
  const targets = markdownTable([targetHead, ...targetsOf(results).map(targetCells)], {
    align: [left, right, right, left],
  });
  const rows = markdownTable([rowHead, ...results.rows.map(rowCells)], {
    align: [left, left, right, right, right, right, right, right, right],
  });
  const machine = markdownTable([['machine', ''], ...results.machine]);
  const picture = `![Wall times under ${results.runtime}](${pictureName(results.runtime)})`;
  const heading = `## Under ${results.runtime}\n\n${results.rounds} rounds, ${results.at.slice(0, 10)}.`;
  const bounds = [
    'What bounds them, measured in the same run:',
    '',
    ...boundsOf(results).map((bound) => `- ${bound}`),
  ];
  return [heading, targets, bounds.join('\n'), picture, rows, machine].join('\n\n');
}

function profileSection(profile: Profile): string {
  return `## Where the time goes

Written by \`npm run bench:profile\`: CPU time of cold starts by V8's profiler, which slows them by half; median of
${profile.runs}. Source maps tell whose code it was. V8 compiles a function when it is first called, so most of a
package's time is the compiling of it. *Native code* is Node's own start, system calls and cryptography.

${profileTable(profile)}`;
}

/** The picture's file, beside the page. */
export function pictureName(runtime: Results['runtime']): string {
  return runtime === 'plain Node' ? 'results/plain-node.svg' : 'results/runtime-client.svg';
}
