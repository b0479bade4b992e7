import { stringify } from 'csv-stringify/sync';
import { instanceIdsOf, type DeadLetter } from './letter.ts';
import { expiresAt, type LettersView } from './print-letters.ts';
import { dimensions, type Summary } from './summary.ts';

const columns = [
  'messageId',
  'since',
  'expiresAt',
  'causes',
  'launcher',
  'account',
  'region',
  'instances',
  'open',
  'settled',
  'stackRegion',
] as const;

/** One row a letter. Lists are separated by blanks, and what is not known is empty. */
export function lettersCsv(letters: readonly DeadLetter[], view: LettersView, header: boolean): string {
  const { states, retention, home } = view;
  const rows = letters.map((letter): Record<(typeof columns)[number], string | number> => {
    const { launcher, account, region } = 'source' in letter.contents ? letter.contents.source : {};
    const instances = states.get(letter.messageId)?.instances ?? [];
    const ids =
      instances.length > 0 ? instances.map(({ instanceId }) => instanceId) : instanceIdsOf(letter.contents);
    return {
      messageId: letter.messageId,
      since: iso(letter.since),
      expiresAt: iso(expiresAt(letter, retention)),
      causes: letter.causes.join(' '),
      launcher: launcher ?? '',
      account: account ?? '',
      region: region ?? '',
      instances: ids.join(' '),
      open: instances.filter(({ settled }) => !settled).length,
      settled: instances.filter(({ settled }) => settled).length,
      stackRegion: home.region,
    };
  });
  return stringify(rows, { header, columns: [...columns], escape_formulas: true });
}

/** One row a value of each kind. */
export function summaryCsv(summary: Summary, stackRegion: string, header: boolean): string {
  const rows = dimensions.flatMap((by) => summary[by].map((count) => ({ by, ...count, stackRegion })));
  return stringify(rows, {
    header,
    columns: ['by', 'value', 'letters', 'stackRegion'],
    escape_formulas: true,
  });
}

function iso(moment: number | undefined): string {
  return moment === undefined ? '' : new Date(moment).toISOString();
}
