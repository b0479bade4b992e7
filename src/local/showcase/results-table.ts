import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Tag } from '../../enforcer/launch.ts';
import type { CaseResult, InstanceResult } from './case-results.ts';

/** Widest column of tags, in characters; longer ones go on in the next line. */
const TAGS_WIDTH = 21;

/** One table of all cases and their instances, in the terminal's colours where it has them. */
export function resultsTable(results: readonly CaseResult[]): string {
  const table = new Table({
    head: ['Case', 'Instance', 'Tags at launch', 'Outcome and reason', 'In EC2', 'Calls'],
    colAligns: ['left', 'left', 'left', 'left', 'left', 'right'],
    colWidths: [null, null, TAGS_WIDTH],
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const { title, instances, calls } of results) {
    for (const [place, instance] of instances.entries()) {
      const first = place === 0;
      table.push([first ? title : '', ...cells(instance), first ? String(calls) : '']);
    }
  }
  return table.toString();
}

const sides = ['top', 'bottom', 'left', 'mid', 'right'];
const borderless = Object.fromEntries(
  ['middle', ...sides.flatMap((side) => [side, `${side}-left`, `${side}-mid`, `${side}-right`])].map(
    (part) => [part, ''],
  ),
);

function cells({ instanceId, launchTags, outcome, expected, alive, asExpected }: InstanceResult): string[] {
  const steps = outcome.split(/, (?=then )/).map(coloured);
  return [
    instanceId ?? '-',
    launchTags
      .filter(({ key }) => !key.startsWith('aws:'))
      .map(tagText)
      .join(', ') || '-',
    steps.join('\n') + (asExpected ? '' : styleText('red', ` (expected ${expected})`)),
    alive === undefined ? '-' : alive ? 'lives' : 'gone',
  ];
}

/** One step a line: `postponed` and `then spared named`. */
function coloured(step: string): string {
  const [then] = /^(?:then )?/.exec(step) ?? [''];
  const [what = '', ...reasons] = step.slice(then.length).split(': ');
  return [then + styleText(colourOf(what), what), ...reasons].join(' ');
}

function tagText({ key, value }: Tag): string {
  return `${key}=${/^\s*$/.test(value) ? JSON.stringify(value) : value}`;
}

function colourOf(outcome: string): 'green' | 'red' | 'yellow' | 'gray' {
  switch (outcome) {
    case 'spared':
      return 'green';
    case 'terminated':
      return 'red';
    case 'ignored':
    case 'already-gone':
      return 'gray';
    default:
      return 'yellow';
  }
}
