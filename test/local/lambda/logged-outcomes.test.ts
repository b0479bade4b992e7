import { expect, it } from 'vitest';
import { loggedOutcomes } from '../../../src/local/lambda/logged-outcomes.ts';

it('finds the outcomes among the lines of a log, settled or not, and passes over all else', () => {
  const settled = { instanceId: 'i-00000000000000001', outcome: 'spared', reason: 'named' };
  const unsettled = { instanceId: 'i-00000000000000002', outcome: 'failed', reason: 'protected' };

  const outcomes = loggedOutcomes([
    'START',
    JSON.stringify({ message: 'instance settled', level: 'INFO', ...settled }),
    JSON.stringify({ _aws: {} }),
    JSON.stringify({ message: 'instance unsettled', level: 'ERROR', ...unsettled, detail: 'x' }),
    JSON.stringify({ message: 'another message', ...settled }),
  ]);

  expect(outcomes).toEqual([settled, unsettled]);
});
