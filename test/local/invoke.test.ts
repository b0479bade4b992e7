import { describe, expect, it } from 'vitest';
import { runScript } from '../support/run-script.ts';

const invoke = async (...args: readonly string[]) => runScript('src/local/invoke.ts', args);

describe('npm run invoke', () => {
  it('prints what the function answers, and what it cost in calls to EC2', async () => {
    const { stdout, exitCode } = await invoke('events/console-without-tags.json');

    expect(stdout).toMatch(/"outcome": "terminated",\s*"reason": "no-name-tag"/);
    expect(stdout).toContain('EC2 calls: 1 DescribeInstances, 1 TerminateInstances.');
    expect(exitCode).toBe(0);
  });

  it('terminates nothing with --report', async () => {
    const { stdout } = await invoke('events/console-without-tags.json', '--report');

    expect(stdout).toContain('"outcome": "would-terminate"');
    expect(stdout).toContain('EC2 calls: 1 DescribeInstances.');
  });

  it('spares instances with a tag key given by --exempt', async () => {
    const { stdout } = await invoke('events/exempt-tag-key.json', '--exempt', 'eks:nodegroup-name');

    expect(stdout).toContain('"reason": "exempt-at-launch"');
    expect(stdout).toContain('EC2 calls: none.');
  });

  it.each([
    ['a change of state', 'events/start-running.json', ['not-a-launch']],
    ["the enforcer's own message", 'events/postponed-due.json', ['named', 'no-name-tag']],
    ['a record of a failed invocation', 'events/on-failure-record.json', ['no-name-tag']],
    ['a whole batch', 'events/second-look-batch.json', ['no-name-tag', 'named', 'not-a-launch']],
  ])('sends %s to the function of the second look', async (_, file, reasons) => {
    const { stdout, exitCode } = await invoke(file);

    expect(stdout).toContain('"batchItemFailures": []');
    for (const reason of reasons) expect(stdout).toContain(`"reason": "${reason}"`);
    expect(stdout).toContain('EC2 calls: 1 DescribeInstances');
    expect(exitCode).toBe(0);
  });

  it('exits with 1 and prints the error when the function throws', async () => {
    const { stdout, exitCode } = await invoke('events/malformed-instance-id.json');

    expect(stdout).toContain('InvalidEventError');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['a file that is not there', ['events/nothing.json'], 'Expected events/nothing.json to hold an event'],
    ['a file that is not JSON', ['README.md'], 'Expected README.md to hold an event as JSON'],
    ['settings that are not allowed', ['events/dry-run.json', '--exempt', 'a,,b'], '`EXEMPT_TAG_KEYS`'],
  ])('exits with 2 and one clear line for %s', async (_case, args, message) => {
    const { stderr, exitCode } = await invoke(...args);

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(2);
  });
});
