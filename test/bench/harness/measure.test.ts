import { describe, expect, it } from 'vitest';
import { cases, type Case } from '../../../bench/harness/cases.ts';
import { measure } from '../../../bench/harness/measure.ts';
import { openServices } from '../../../bench/harness/services.ts';
import * as subjects from '../../../bench/harness/subjects.ts';

const enforcer = subjects.inPlainNode(subjects.enforcer);
const empty = subjects.inPlainNode(subjects.emptyHandler);
const events = { before: 1, measured: 2 };

function caseOf(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Expected a case ${name}.`);
  return found;
}

describe('the built bundle, as the benchmark runs it', () => {
  it.each([
    ['cold compliant', 0],
    ['cold kill', 2],
    ['warm kill, with a notice', 2],
    ['cold kill of 1,000', 6],
    ['warm kill of 1,000 that the event does not list', 7],
    ['warm event of 256 KB, 398 named', 0],
    ['warm event of 256 KB, 432 nameless', 4],
  ])('takes so many calls of EC2 for a %s: %i', async (name, calls) => {
    const { ec2Calls } = await measure('enforcer', enforcer, caseOf(name), events);

    expect(ec2Calls).toBe(calls);
  });

  it('logs at most 1,500 bytes for a named launch', async () => {
    const { logBytes } = await measure('enforcer', enforcer, caseOf('warm compliant'), events);

    expect(logBytes).toBeGreaterThan(100);
    expect(logBytes).toBeLessThan(1_500);
  });

  it('cannot pass off a handler that does nothing as one that kills', async () => {
    await expect(measure('enforcer', empty, caseOf('cold kill'), events)).rejects.toThrow(
      'cold kill: expected 0 instances alive and 0 notices after the enforcer, found 1 and 0.',
    );
  });

  it.each(['warm event of 256 KB, 398 named', 'warm event of 256 KB, 432 nameless'])(
    'has as much in a %s as EventBridge takes, and no more',
    async (name) => {
      const services = await openServices();

      const bytes = Buffer.byteLength((await services.launch(caseOf(name).launch)).event);
      await services.close();

      expect(bytes).toBeLessThanOrEqual(256 * 1024);
      expect(bytes).toBeGreaterThan(255 * 1024);
    },
  );
});
