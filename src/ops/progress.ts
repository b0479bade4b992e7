import { SingleBar } from 'cli-progress';

/** How far long work is, on one line of stderr that is overwritten and in the end cleared. */
export interface Progress {
  /** @param texts what the `{names}` of the format stand for now */
  update(value: number, texts?: Readonly<Record<string, string>>): void;
  /** Clears the line, so that another can be printed; the next update shows it again. */
  pause(): void;
  stop(): void;
}

/** Shows the cursor, and wraps long lines, both of which the library switches off while it shows its line. */
const RESTORE = '\u001b[?25h\u001b[?7h';

/**
 * The terminal is left as it was found, however the process ends: a line that is not stopped is cleared at its end.
 *
 * @param format the line, for example `{bar} {value}/{total} regions`
 * @param shown whether anything is shown; a line that is overwritten is of use on a terminal alone
 * @param total 0 when it is not known; then the format has no `{bar}`
 */
export function startProgress(format: string, shown = process.stderr.isTTY, total = 0): Progress {
  if (!shown) return { update: () => {}, pause: () => {}, stop: () => {} };
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const restore = (): void => {
    bar.stop();
    process.stderr.write(RESTORE);
  };
  const end = (signal: NodeJS.Signals): void => {
    restore();
    // As the system would have ended it, so that a shell sees why.
    for (const one of signals) process.off(one, end);
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once('exit', restore);
  for (const signal of signals) process.on(signal, end);
  bar.start(total, 0);
  return {
    update: (value, texts = {}) => bar.update(value, { ...texts }),
    pause: () => process.stderr.write('\r\u001b[K'),
    stop() {
      process.off('exit', restore);
      for (const signal of signals) process.off(signal, end);
      restore();
    },
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];
