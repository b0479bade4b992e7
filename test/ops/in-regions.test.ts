import { describe, expect, test } from 'vitest';
import { createElsewhere } from '../../src/ops/aws/elsewhere.ts';
import type { CommandContext } from '../../src/ops/command-context.ts';
import type { CommandResult } from '../../src/ops/command.ts';
import { OpsError } from '../../src/ops/errors.ts';
import { inRegions, type RegionRun } from '../../src/ops/in-regions.ts';
import type { Output } from '../../src/ops/output.ts';
import { parseRegions } from '../../src/ops/parse-regions.ts';
import { PrintedOutput } from '../support/dead-letter.ts';

/** A context that no stack is behind. */
function contextWith(output: Output, region = 'eu-west-1'): CommandContext {
  return {
    connection: { region },
    stackName: 'enforcer',
    output,
    stack: async () => {
      throw new Error('Nothing is asked for here.');
    },
    elsewhere: async () => createElsewhere({ region }, undefined),
    anew: (changes) => contextWith(changes.output ?? output, changes.region ?? region),
  };
}

const regions = ['eu-west-1', 'nowhere-1', 'us-east-1'];

/** One look, at which `nowhere-1` has no stack. */
async function look({ connection, output }: CommandContext, { isFirst }: RegionRun): Promise<CommandResult> {
  if (connection.region === 'nowhere-1') throw new OpsError('Found no stack.');
  if (output.json) output.document({ letters: [], isFirst });
  else output.line(`looked at ${connection.region}${isFirst ? ' first' : ''}`);
  return connection.region === 'us-east-1' ? 'found' : 'fine';
}

async function defect(): Promise<CommandResult> {
  throw new TypeError('x is not a function');
}

describe('of several regions', () => {
  test('each is told under its name, and one that cannot be told keeps none of the others', async () => {
    const output = new PrintedOutput();

    await expect(inRegions(contextWith(output), regions, 'table', look)).rejects.toThrow(
      'Could not tell of 1 of 3 regions:\n  nowhere-1: Found no stack.',
    );
    expect(output.lines).toEqual([
      'eu-west-1',
      'looked at eu-west-1 first',
      '',
      'us-east-1',
      'looked at us-east-1',
    ]);
  });

  test('programs get one document', async () => {
    const output = Object.assign(new PrintedOutput(), { json: true });

    await expect(inRegions(contextWith(output), regions, 'json', look)).rejects.toThrow(OpsError);
    expect(output.documents).toEqual([
      {
        regions: [
          { region: 'eu-west-1', letters: [], isFirst: true },
          { region: 'nowhere-1', problem: 'Found no stack.' },
          { region: 'us-east-1', letters: [], isFirst: true },
        ],
      },
    ]);
    expect(output.lines).toEqual([]);
  });

  test.each([
    [['eu-west-1'], 'fine'],
    [['eu-west-1', 'us-east-1'], 'found'],
  ])('something is found in %j if it is in one of them: %s', async (some, result) => {
    expect(await inRegions(contextWith(new PrintedOutput()), some, 'table', look)).toBe(result);
  });

  test('a defect is no problem of a region', async () => {
    await expect(inRegions(contextWith(new PrintedOutput()), regions, 'table', defect)).rejects.toThrow(
      TypeError,
    );
  });
});

test('regions are separated by commas, each once, and one of another form is named', () => {
  expect(parseRegions('eu-west-1, us-gov-west-1,eu-west-1')).toEqual(['eu-west-1', 'us-gov-west-1']);
  expect(() => parseRegions('eu-west-1,frankfurt')).toThrow('"frankfurt"');
});
