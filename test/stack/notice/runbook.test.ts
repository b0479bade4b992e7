import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment, region } from '../setup/environment.ts';
import { run } from '../../../src/local/aws/run.ts';
import { localAws } from '../support/clients.ts';
import { deploy, remove } from '../support/stack.ts';

const stackName = 'by-the-runbook';
const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
const blocks = [...runbook.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);

/** The first block makes what the others use. */
const [preparation = ''] = blocks;

/** Every aws command of a block, as it stands there, but for those that local AWS or its older `aws` does not have. */
const commands = blocks
  .slice(1)
  .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => /^aws (?!logs tail|autoscaling|sqs)/.test(line))
  // By cause: a word in capitals stands for what the dead letter tells.
  .filter((line) => !/ (?:REGION|INSTANCES?|QUEUE)\b/.test(line));

beforeAll(async () => {
  await deploy(stackName);
});
afterAll(async () => {
  await remove(stackName);
});

describe('a command to look with, as the runbook has it,', () => {
  test.each(commands)('runs: %s', async (command) => {
    const prepared = preparation
      .replace('ec2-name-tag-enforcer', stackName)
      .replace('eu-west-1', region)
      .replace(/^npm run.*$/m, '');

    const { code, stdout, stderr } = await run('bash', ['--norc', '-euc', `${prepared}\n${command}`], {
      env: environment({ aws: localAws.aws }),
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('None');
  });
});

test('there are such commands', () => {
  expect(commands.length).toBeGreaterThan(5);
});
