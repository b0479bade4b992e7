import TinyQueue from 'tinyqueue';

interface Entry {
  readonly at: number;
  /** Entries of the same time keep their order. */
  readonly order: number;
  readonly run: () => void;
}

/** What is to happen, in order of time. Time is in seconds, and jumps from one thing to the next. */
export class EventQueue {
  readonly #entries = new TinyQueue<Entry>([], (a, b) => a.at - b.at || a.order - b.order);
  #order = 0;
  #now = 0;

  get now(): number {
    return this.#now;
  }

  after(seconds: number, run: () => void): void {
    this.#entries.push({ at: this.#now + seconds, order: this.#order++, run });
  }

  /** Runs what is in the queue, and what that puts into it, until nothing is left. */
  run(): void {
    for (let next = this.#entries.pop(); next !== undefined; next = this.#entries.pop()) {
      this.#now = next.at;
      next.run();
    }
  }
}
