import { expect, test } from 'vitest';
import { undoDriftCommands } from '../../../src/ops/doctor/undo-drift.ts';
import { stackWith } from '../../support/ops-stack.ts';

const stack = stackWith({ Mode: 'report' }, { Mode: 'report', Timeout: '60' });

test('the change set reverts drift and keeps every parameter: a stack in report mode stays in it', () => {
  const [create = '', ...others] = undoDriftCommands(stack);

  expect(create).toContain('--deployment-mode REVERT_DRIFT --use-previous-template');
  expect(create).toMatch(
    /--parameters ParameterKey=Mode,UsePreviousValue=true ParameterKey=Timeout,UsePreviousValue=true$/,
  );
  expect(others.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws cloudformation wait',
    'aws cloudformation describe-change-set',
    'aws cloudformation execute-change-set',
  ]);
});
