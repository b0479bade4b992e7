import { expect, test } from 'vitest';
import { lettersCsv } from '../../../src/ops/dead-letters/letters-csv.ts';
import { printLetters, type LettersView } from '../../../src/ops/dead-letters/print-letters.ts';
import { deadLetter, gone, home, PrintedOutput, shown, stateOf } from '../../support/dead-letter.ts';
import { idOf } from '../../support/launches.ts';

const day = 24 * 3_600_000;
const retention = 14 * day;

/** Letters of one launch each, that failed alike. */
function alike(count: number, since = Date.now() - day - 60_000) {
  const letters = Array.from({ length: count }, (_, number) =>
    deadLetter({
      id: `${String(number).padStart(8, '0')}-rest`,
      since: since + number,
      instanceIds: [idOf(number)],
    }),
  );
  const states = new Map(letters.map(({ messageId }, number) => [messageId, stateOf(shown(idOf(number)))]));
  return { letters, view: { states, home, retention } satisfies LettersView };
}

function printed(letters: Parameters<typeof printLetters>[1], view: LettersView): readonly string[] {
  const output = new PrintedOutput();
  printLetters(output, letters, view);
  return output.lines;
}

test('152 letters that failed alike are one row, with their number, the age of the oldest and when it expires', () => {
  const { letters, view } = alike(152);

  expect(printed(letters, view)).toEqual([
    'Message | Age | Expires in | Cause | Launcher | Instances now',
    '152 letters | 1 d | 12 d 23 h | protected | user/lena | 152 open',
    expect.stringContaining('list --each'),
  ]);
});

test('with `each`, every letter is a row, with its id and its instances', () => {
  const { letters, view } = alike(3);

  const lines = printed(letters, { ...view, each: true });

  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe(`00000000 | 1 d | 12 d 23 h | protected | user/lena | ${idOf(0)} running, no name`);
});

test('a letter that is like no other is told whole', () => {
  const { letters, view } = alike(1);

  expect(printed(letters, view)).toEqual([
    expect.any(String),
    `00000000 | 1 d | 12 d 23 h | protected | user/lena | ${idOf(0)} running, no name`,
  ]);
});

test('a limit says how many rows and letters it leaves out', () => {
  const { letters, view } = alike(3);
  const other = deadLetter({ id: 'other', since: 1, causes: ['expired'] });

  const lines = printed([...letters, other], { ...view, limit: 1 });

  expect(lines[1]).toMatch(/^other /);
  expect(lines[2]).toBe('1 more row, of 3 dead letters, left out by --limit.');
});

test('of letters that failed alike, the settled are counted, each instance once', () => {
  const { letters, view } = alike(3);
  const states = new Map(view.states).set(
    letters[2]?.messageId ?? '',
    stateOf(shown(idOf(1)), shown(idOf(2), gone)),
  );

  expect(printed(letters, { ...view, states })[1]).toContain('| 2 open, 1 settled');
});

test('account and region are told where they are not those of the stack', () => {
  const letter = deadLetter({ account: '444455556666', region: 'us-east-1' });

  expect(printed([letter], { states: new Map(), home, retention })[1]).toContain(
    '| user/lena / 444455556666 / us-east-1 |',
  );
});

test('instances that were not looked at are told apart: in a member, and where the stack does not act', () => {
  const elsewhere = { instanceId: idOf(1), kind: 'elsewhere', settled: false } as const;
  const letter = deadLetter({ id: 'one', account: '444455556666' });
  const cell = (foreign: boolean) => {
    const states = new Map([['one', stateOf({ ...elsewhere, foreign })]]);
    return printed([letter], { states, home, retention })[1];
  };

  expect(cell(false)).toContain(`| ${idOf(1)} in a member, not looked at (--role)`);
  expect(cell(true)).toContain(`| ${idOf(1)} elsewhere, not looked at`);
});

test('sessions of one role are told as such', () => {
  const role = 'arn:aws:sts::111122223333:assumed-role/deploy';
  const letters = ['one', 'two'].map((session) =>
    deadLetter({ id: session, launcher: `${role}/${session}` }),
  );

  expect(printed(letters, { states: new Map(), home, retention })[1]).toContain('| deploy/* |');
});

test('CSV holds every letter by itself, with its times, and no formula', () => {
  const { letters, view } = alike(2, Date.parse('2026-03-01T10:00:00Z'));
  const hostile = deadLetter({ id: '=1+1', since: 0, launcher: '=cmd()' });

  const [head, ...rows] = lettersCsv([...letters, hostile], view, true)
    .trimEnd()
    .split('\n');

  expect(head).toBe(
    'messageId,since,expiresAt,causes,launcher,account,region,instances,open,settled,stackRegion',
  );
  expect(rows[0]).toBe(
    '00000000-rest,2026-03-01T10:00:00.000Z,2026-03-15T10:00:00.000Z,unsettled protected,' +
      `arn:aws:iam::111122223333:user/lena,111122223333,eu-west-1,${idOf(0)},1,0,eu-west-1`,
  );
  expect(rows).toHaveLength(3);
  expect(rows[2]).toMatch(/^'=1\+1,.*,'=cmd\(\),/);
});
