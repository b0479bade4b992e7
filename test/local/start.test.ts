import { expect, it } from 'vitest';
import { launchCases } from '../../src/local/showcase/launch-cases.ts';
import { runScript } from '../support/run-script.ts';

it('npm start shows a launch of every kind, each with its expected outcome, and exits with 0', async () => {
  const { stdout, exitCode } = await runScript('src/local/start.ts');

  for (const { title } of launchCases) expect(stdout).toContain(title);
  expect(stdout).toContain('nothing else was touched');
  expect(stdout).not.toMatch(/expected/i);
  expect(exitCode).toBe(0);
}, 30_000);

it('npm start prints no colours where NO_COLOR is set, and some where FORCE_COLOR is', async () => {
  const [plain, coloured] = await Promise.all([
    runScript('src/local/start.ts', [], { NO_COLOR: '1' }),
    runScript('src/local/start.ts', [], { FORCE_COLOR: '1' }),
  ]);

  expect(plain.stdout).not.toContain('\u001B[');
  expect(coloured.stdout).toContain('\u001B[');
}, 30_000);
