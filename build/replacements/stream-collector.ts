import type { Readable } from 'node:stream';

/**
 * Stands in the bundle for the AWS SDK's `streamCollector`, which pipes an answer into a stream of its own. Node's
 * `pipe` looks whether that is `process.stdout`, which is made when it is looked at; and a function has no other use
 * for it.
 */
export async function streamCollector(stream: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    stream.on('data', (part: Uint8Array) => parts.push(part));
    stream.on('end', () => {
      resolve(Buffer.concat(parts));
    });
    stream.on('error', reject);
    // The SDK's own waits for good when the stream was ended before it came to it.
    stream.on('close', () => {
      reject(new Error('The answer broke off.'));
    });
    if (stream.destroyed) reject(new Error('The answer broke off.'));
  });
}
