import { SingleBar } from 'cli-progress';

/** How far long work is, on one line of stderr that is overwritten and in the end cleared. */
export interface Progress {
  /** @param texts what the `{names}` of the format stand for now */
  update(value: number, texts?: Readonly<Record<string, string>>): void;
  stop(): void;
}

/**
 * @param format the line, for example `{bar} {value}/{total} regions`
 * @param shown whether anything is shown; a line that is overwritten is of use on a terminal alone
 * @param total 0 when it is not known; then the format has no `{bar}`
 */
export function startProgress(format: string, shown = process.stderr.isTTY, total = 0): Progress {
  if (!shown) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0);
  return {
    update: (value, texts = {}) => bar.update(value, { ...texts }),
    stop: () => bar.stop(),
  };
}
