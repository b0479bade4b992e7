import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const cwd = fileURLToPath(new URL('../../..', import.meta.url));
// SAM asks for a region, calls nothing, and would report on itself.
const env = { ...process.env, AWS_DEFAULT_REGION: 'eu-central-1', SAM_CLI_TELEMETRY: '0' };

/** What a tool printed; throws what it printed when it found fault. */
async function output(tool: string, ...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(tool, options, { cwd, env, maxBuffer: 2 ** 26 });
  return stdout;
}

const CheckovReport = v.object({
  results: v.object({
    passed_checks: v.array(v.object({ check_id: v.string() })),
    failed_checks: v.array(v.object({ check_id: v.string(), resource: v.string() })),
    skipped_checks: v.array(
      v.object({ check_id: v.string(), check_result: v.object({ suppress_comment: v.string() }) }),
    ),
    parsing_errors: v.array(v.string()),
  }),
});

test('sam validate --lint finds nothing', async () => {
  expect(await output('sam', 'validate', '--lint')).toContain('is a valid SAM Template');
});

test('cfn-lint finds nothing, not even a hint', async () => {
  const files = [
    'template.yaml',
    'docs/chat-hook.yaml',
    'organization/member.yaml',
    'organization/stack-set.yaml',
  ];
  const findings: unknown = JSON.parse(
    await output('cfn-lint', '--include-checks', 'I', '--format', 'json', ...files),
  );

  expect(findings).toEqual([]);
});

test('zizmor finds nothing in the workflows: no action that can change, no permission too many', async () => {
  expect(await output('zizmor', '--offline', '--format', 'json', '.github/workflows')).toBe('[]');
});

test('checkov finds nothing, and each check that is switched off has its reason beside it', async () => {
  const { passed, failed, skipped } = await checkov('template.yaml');

  expect(failed).toEqual([]);
  expect(passed.length).toBeGreaterThan(10);
  expect(new Set(skipped.map((check) => check.check_id))).toEqual(
    new Set([
      'CKV_AWS_26',
      'CKV_AWS_27',
      'CKV_AWS_111',
      'CKV_AWS_115',
      'CKV_AWS_116',
      'CKV_AWS_117',
      'CKV_AWS_158',
      'CKV_AWS_173',
    ]),
  );
  expect(skipped.filter((check) => check.check_result.suppress_comment.length < 40)).toEqual([]);
});

// Left to itself, checkov passes over what has a condition.
test('checkov finds nothing in what is made when asked for', async () => {
  const { failed, skipped } = await checkovWithAll('template.yaml');

  expect(failed).toEqual([]);
  expect(skipped.map((check) => check.check_id)).toEqual(
    expect.arrayContaining(['CKV_AWS_18', 'CKV_AWS_35', 'CKV_AWS_67']),
  );
  expect(skipped.filter((check) => check.check_result.suppress_comment.length < 40)).toEqual([]);
});

// It knows nothing of stack sets.
test('checkov finds nothing in what a member gets', async () => {
  const { passed, failed, skipped } = await checkovWithAll('organization/member.yaml');

  expect(failed).toEqual([]);
  expect(passed.length).toBeGreaterThan(10);
  expect(skipped.filter((check) => check.check_result.suppress_comment.length < 40)).toEqual([]);
});

test('checkov finds nothing in the chat hook', async () => {
  const { passed, failed, skipped } = await checkov('docs/chat-hook.yaml');

  expect([...failed, ...skipped]).toEqual([]);
  expect(passed.length).toBeGreaterThan(5);
});

/** What checkov says where every resource is made, whatever its condition. */
async function checkovWithAll(file: string) {
  const folder = await mkdtemp(join(tmpdir(), 'template-'));
  const copy = join(folder, 'all-conditions-met.yaml');
  const template = await readFile(join(cwd, file), 'utf8');
  await writeFile(copy, template.replaceAll(/^ {4}Condition: \w+\n/gm, ''));
  const found = await checkov(copy);
  await rm(folder, { recursive: true });
  return found;
}

async function checkov(file: string) {
  const options = ['--framework', 'cloudformation', '--skip-download', '--output', 'json'];
  const { results } = v.parse(CheckovReport, JSON.parse(await output('checkov', '--file', file, ...options)));
  expect(results.parsing_errors).toEqual([]);
  return {
    passed: results.passed_checks,
    failed: results.failed_checks,
    skipped: results.skipped_checks,
  };
}
