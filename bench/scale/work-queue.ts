import type { EventQueue } from './event-queue.ts';

/** An execution environment of Lambda. */
export interface WorkEnvironment {
  /** Whether it has done nothing yet. */
  isNew: boolean;
  /** Places whose role it has taken on. A session lasts for an hour, longer than a storm. */
  readonly sessions: Set<number>;
}

type Work = (environment: WorkEnvironment, done: () => void) => void;

/** Work that waits for one of a function's environments, the oldest first. */
export class WorkQueue {
  mostAtWork = 0;
  readonly #queue: EventQueue;
  readonly #concurrency: number;
  readonly #init: number;
  readonly #waiting: Work[] = [];
  readonly #idle: WorkEnvironment[] = [];
  #head = 0;
  #atWork = 0;

  /** @param init seconds until a new environment is ready */
  constructor(queue: EventQueue, concurrency: number, init: number) {
    this.#queue = queue;
    this.#concurrency = concurrency;
    this.#init = init;
  }

  add(work: Work): void {
    this.#waiting.push(work);
    this.#start();
  }

  #start(): void {
    while (this.#atWork < this.#concurrency) {
      const work = this.#waiting[this.#head];
      if (work === undefined) return;
      this.#head += 1;
      this.#atWork += 1;
      this.mostAtWork = Math.max(this.mostAtWork, this.#atWork);
      const environment = this.#idle.pop() ?? { isNew: true, sessions: new Set<number>() };
      this.#queue.after(environment.isNew ? this.#init : 0, () =>
        work(environment, () => {
          environment.isNew = false;
          this.#idle.push(environment);
          this.#atWork -= 1;
          this.#start();
        }),
      );
    }
  }
}
