import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { explainFailure } from '../explain-failure.ts';
import { logFiles } from './log-files.ts';
import { replay } from './replay.ts';
import { batchReport } from './batch-report.ts';
import type { Batch, FromWorker, ReplayTask } from './worker-messages.ts';

/* The thread that reads and judges. `replay-in-worker.ts` starts it, says why, and prints what it sends. */

if (parentPort === null) throw new Error('Expected to be started as a worker thread.');
const port = parentPort;

port.once('message', (task: ReplayTask) => void run(task));

async function run({ sources, connection, exemptTagKeys, print }: ReplayTask): Promise<void> {
  try {
    const report = batchReport(print, handOver);
    const totals = await replay(logFiles(sources, connection), exemptTagKeys, report);
    await report.flush();
    send({ kind: 'done', totals });
  } catch (error) {
    const message = explainFailure(error);
    if (message === undefined) throw error;
    send({ kind: 'failed', message });
  }
}

/** Sends a batch, and waits until it is printed. */
async function handOver(batch: Batch): Promise<void> {
  const printed = once(port, 'message');
  send({ kind: 'batch', ...batch });
  await printed;
}

function send(message: FromWorker): void {
  port.postMessage(message);
}
