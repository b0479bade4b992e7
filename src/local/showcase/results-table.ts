import { styleText } from 'node:util';
import type { Tag } from '../../enforcer/launch.ts';
import { fitPlainTable } from '../../ops/fit-table.ts';
import type { CaseResult, InstanceResult } from './case-results.ts';

const head = ['Case', 'Instance', 'Tags at launch', 'Outcome and reason', 'In EC2', 'Calls'];

/** One table of all cases and their instances, in lines of this width, in the terminal's colours where it has them. */
export function resultsTable(results: readonly CaseResult[], width: number): string {
  const rows = results.flatMap(({ title, instances, calls }) =>
    instances.map((instance, place) => {
      const first = place === 0;
      return [first ? title : '', ...cells(instance), first ? String(calls) : ''];
    }),
  );
  const aligns = head.map((_, index) => (index === head.length - 1 ? 'right' : 'left'));
  const table = fitPlainTable(head, rows, width, aligns);
  // Ids and outcomes do not fit beside each other below 75 columns: there the terminal breaks the lines.
  return table ?? fitPlainTable(head, rows, Infinity, aligns) ?? '';
}

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
