import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompress } from '../../../src/ops/replay/log-file-content.ts';

async function* inPieces(bytes: Buffer, size: number, failure?: Error): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  if (failure !== undefined) throw failure;
}

async function textOf(content: AsyncGenerator<Buffer, void>): Promise<string> {
  return buffer(content).then(String);
}

describe('the content of a file', () => {
  test.each([
    ['as it is', 'plain', (text: string) => Buffer.from(text)],
    ['decompressed', 'gzip', (text: string) => gzipSync(text)],
    [
      'decompressed, of several parts',
      'gzip',
      (text: string) => Buffer.concat([gzipSync(text.slice(0, 5)), gzipSync(text.slice(5))]),
    ],
    ['as it is, of one byte', 'plain', () => Buffer.from('x')],
    ['as it is, of none', 'plain', () => Buffer.alloc(0)],
  ])('comes %s', async (_, kind, write) => {
    const bytes = write('some text of a file');
    const expected = kind === 'gzip' ? 'some text of a file' : bytes.toString();

    expect(await textOf(decompress(inPieces(bytes, 1)))).toBe(expected);
  });

  test('that is cut off comes as far as it goes, and then the reason', async () => {
    const whole = gzipSync('x'.repeat(1_000_000));
    let length = 0;

    const reading = (async () => {
      for await (const bytes of decompress(inPieces(whole.subarray(0, -20), 100))) length += bytes.length;
    })();

    await expect(reading).rejects.toThrow(
      'is damaged from some point on: gzip cannot decompress it (unexpected end of file)',
    );
    expect(length).toBeGreaterThan(100_000);
  });

  test('that is damaged in the middle is named as such', async () => {
    const damaged = gzipSync('some text of a file');
    damaged.fill(0xff, 12, 16);

    await expect(textOf(decompress(inPieces(damaged, 100)))).rejects.toThrow(
      'is damaged from some point on: gzip cannot',
    );
  });

  test.each([
    ['compressed', gzipSync('some text')],
    ['plain', Buffer.from('some text')],
  ])('keeps the error of its source (%s)', async (_, bytes) => {
    const failure = new Error('connection lost');

    await expect(textOf(decompress(inPieces(bytes.subarray(0, -2), 4, failure)))).rejects.toBe(failure);
  });
});
