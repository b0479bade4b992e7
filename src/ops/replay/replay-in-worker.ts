import { Worker } from 'node:worker_threads';
import { OpsError } from '../errors.ts';
import type { Totals } from './totals.ts';
import type { Batch, FromWorker, ReplayTask } from './worker-messages.ts';

/**
 * MB of the worker's heap. It holds about 15 at a time, since every record is garbage as soon as it is judged, and
 * 20 more for totals with as many different launchers as are kept apart. By itself V8 lets garbage grow with the
 * machine's memory, to more than 100 MB. That can be bounded for a worker thread alone, or by options of the `node`
 * command: https://nodejs.org/api/worker_threads.html#workerresourcelimits
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 } as const;

/**
 * Replays in a thread of its own, so that memory stays flat.
 *
 * @param print the worker goes on when it resolves
 * @throws OpsError when nothing more can be read
 */
export async function replayInWorker(
  task: ReplayTask,
  print: (batch: Batch) => Promise<void>,
): Promise<Totals> {
  const worker = new Worker(new URL('./replay-worker.ts', import.meta.url), { resourceLimits });
  try {
    return await new Promise<Totals>((resolve, reject) => {
      const printThenGoOn = async (batch: Batch): Promise<void> => {
        await print(batch);
        worker.postMessage('more', []);
      };
      worker.on('error', reject);
      worker.on('message', (message: FromWorker) => {
        switch (message.kind) {
          case 'batch':
            printThenGoOn(message).catch(reject);
            break;
          case 'done':
            resolve(message.totals);
            break;
          case 'failed':
            reject(new OpsError(message.message));
            break;
        }
      });
      // The empty list is what is transferred instead of copied.
      worker.postMessage(task, []);
    });
  } finally {
    await worker.terminate();
  }
}
