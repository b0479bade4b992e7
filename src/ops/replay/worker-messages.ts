import type { Connection } from '../aws/connection.ts';
import type { Verdict } from './judge-record.ts';
import type { Totals } from './totals.ts';

/** What the worker is to do: the first message to it. Each message after that is `more`: the last batch is printed. */
export interface ReplayTask {
  readonly sources: readonly string[];
  readonly connection: Connection;
  readonly exemptTagKeys: ReadonlySet<string>;
  readonly print: Selection;
}

/** What of the launches is printed, and how. */
export interface Selection {
  readonly json: boolean;
  /** Whether stdout shows colours, which a worker cannot see for itself. */
  readonly colours: boolean;
  /** Launches with this verdict; without it all. */
  readonly only?: Verdict | undefined;
  readonly totalsOnly: boolean;
}

export type FromWorker =
  | ({ readonly kind: 'batch' } & Batch)
  | { readonly kind: 'done'; readonly totals: Totals }
  /** One line for a person: nothing more can be read. */
  | { readonly kind: 'failed'; readonly message: string };

/** Something to print, and how far the work is. */
export interface Batch {
  readonly lines: readonly string[];
  /** For stderr. */
  readonly notes: readonly string[];
  readonly file: string;
  /** Records read so far. */
  readonly records: number;
}
