/** A function in a process of its own, as a Lambda environment would hold it. It takes one event at a time. */
export interface RunningFunction {
  /**
   * Sends an event, which waits until the function is there to take it.
   *
   * @param event as JSON, in one line
   * @returns how the function answered; undefined for an answer, the error for an error
   */
  invoke(event: string): Promise<string | undefined>;
  usage(): Promise<Usage>;
  /** Bytes that it has logged so far. */
  logged(): number;
  close(): Promise<void>;
}

/** What a process has used since its program started, this program's own start included. */
export interface Usage {
  /** CPU time in milliseconds, of all threads, in user and system mode. */
  readonly cpu: number;
  /** The most memory that it held at any time, in MB (1,000,000 bytes). */
  readonly peakMemory: number;
}

/** A program to start. */
export interface Program {
  readonly command: string;
  readonly options: readonly string[];
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}
