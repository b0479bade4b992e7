import { EventEmitter, once } from 'node:events';

/** What a function writes, line by line, as it comes in through a pipe. */
export class FunctionLog {
  readonly #grown = new EventEmitter();
  #text = '';

  add(text: Buffer): void {
    this.#text += text.toString();
    this.#grown.emit('grown');
  }

  /** All that was not taken yet. */
  text(): string {
    return this.#text;
  }

  /** Waits for this very line, and takes the lines before it. */
  async takeUntil(line: string): Promise<string[]> {
    while (!this.#text.includes(`${line}\n`)) await once(this.#grown, 'grown');
    const [before = '', ...after] = this.#text.split(`${line}\n`);
    this.#text = after.join(`${line}\n`);
    return before.split('\n').filter((text) => text !== '');
  }
}
