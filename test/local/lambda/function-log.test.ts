import { describe, expect, it } from 'vitest';
import { FunctionLog } from '../../../src/local/lambda/function-log.ts';

describe('the log of a function', () => {
  it('gives the lines before the one waited for, and keeps those after it', async () => {
    const log = new FunctionLog();
    log.add(Buffer.from('one\ntwo\nEND 1\nthree\n'));

    expect(await log.takeUntil('END 1')).toEqual(['one', 'two']);
    expect(log.text()).toBe('three\n');
  });

  it('waits for a line that comes later, in pieces', async () => {
    const log = new FunctionLog();
    const lines = log.takeUntil('END 2');
    for (const piece of ['fi', 'rst\nEN', 'D 2', '\n']) log.add(Buffer.from(piece));

    expect(await lines).toEqual(['first']);
  });
});
