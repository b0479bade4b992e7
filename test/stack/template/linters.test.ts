import { execFile } from 'node:child_process';
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
  const findings: unknown = JSON.parse(
    await output('cfn-lint', '--include-checks', 'I', '--format', 'json', 'template.yaml'),
  );

  expect(findings).toEqual([]);
});

test('checkov finds nothing, and each check that is switched off has its reason beside it', async () => {
  const options = ['--framework', 'cloudformation', '--skip-download', '--output', 'json'];
  const report = v.parse(
    CheckovReport,
    JSON.parse(await output('checkov', '--file', 'template.yaml', ...options)),
  );

  const { passed_checks: passed, failed_checks: failed, skipped_checks: skipped } = report.results;
  expect(failed).toEqual([]);
  expect(report.results.parsing_errors).toEqual([]);
  expect(passed.length).toBeGreaterThan(10);
  expect(new Set(skipped.map((check) => check.check_id))).toEqual(
    new Set(['CKV_AWS_27', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_158', 'CKV_AWS_173']),
  );
  expect(skipped.filter((check) => check.check_result.suppress_comment.length < 40)).toEqual([]);
});
