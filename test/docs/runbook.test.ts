import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { template } from '../support/cloudformation/project-template.ts';
import { causeSections } from '../support/cause-section.ts';
import { runScript } from '../support/run-script.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** Every command of the operators' tool in the runbook, once, without what only shows where a value goes. */
const commands = [
  ...new Set(
    [...runbook.matchAll(/npm run ops -- ([^\n`#]+)/g)].map(([, command = '']) =>
      command.trim().replace(/'[^']*'/, 'reason'),
    ),
  ),
];

describe('a command of the runbook', () => {
  test.each(commands)('is one that the tool knows, with its options: %s', async (command) => {
    // Nobody has this profile, so nothing is asked of AWS.
    const { exitCode, stderr } = await runScript('src/ops/cli.ts', [
      ...command.split(' '),
      '--profile',
      'nobody',
    ]);

    expect(exitCode).toBe(2);
    expect(stderr).not.toMatch(/unknown|usage|too many/i);
  });
});

test('the runbook asks for outputs that the stack has', () => {
  const asked = [...runbook.matchAll(/output ([A-Z]\w+)/g)].map(([, name]) => name);

  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !Object.keys(template.Outputs).includes(name ?? ''))).toEqual([]);
});

test('the runbook names saved queries and parameters that the stack has', () => {
  const queries = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Logs::QueryDefinition')
    .map(({ Properties }) => JSON.stringify(Properties['Name']));
  const named = [...runbook.matchAll(/quer(?:y|ies) \*([^*]+)\*/g)].map(([, name = '']) => name);

  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !queries.some((query) => query.includes(name)))).toEqual([]);
  for (const parameter of ['ReservedConcurrency', 'Timeout', 'KillStormThreshold', 'ExemptTagKeys', 'Mode']) {
    expect(runbook).toContain(`\`${parameter}`);
    expect(Object.keys(template.Parameters)).toContain(parameter);
  }
});

test('the runbook says of each cause what `dead-letters show` says', async () => {
  const begin = runbook.indexOf('-->', runbook.indexOf('<!-- The rest of this section')) + '-->'.length;
  const end = runbook.indexOf('<!-- end -->');
  expect(end).toBeGreaterThan(begin);
  const withSections = `${runbook.slice(0, begin)}\n\n${causeSections()}\n\n${runbook.slice(end)}`;

  await expect(withSections).toMatchFileSnapshot('../../docs/runbook.md');
});
