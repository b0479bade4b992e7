/** What a page for people says: plain data, of any text. Nothing of it is HTML. */
export interface Report {
  readonly title: string;
  /** What the page is about and where it comes from, in a sentence or two. */
  readonly about: string;
  /** What the reader must know before believing the rest, as whole sentences. */
  readonly warnings: readonly string[];
  readonly figures: readonly KeyFigure[];
  /** Those without bars are left out. */
  readonly charts: readonly Chart[];
  readonly table: ReportTable;
}

/** One number that says most. */
export interface KeyFigure {
  readonly value: number;
  /** What there is so many of. */
  readonly label: string;
  /** Whether somebody has to do something about it. */
  readonly tone: Tone;
}

/** `alarm` is for what a person should look at, `calm` for all else. */
export type Tone = 'alarm' | 'calm';

export interface Chart {
  readonly title: string;
  /** `rank`: a bar below the other for each label; `time`: columns from left to right. */
  readonly kind: 'rank' | 'time';
  readonly labels: readonly string[];
  /** Parts that each bar is made of, from its foot. */
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** A number from 0 on for each label. */
  readonly values: readonly number[];
}

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** A cell for each column. Numbers and ISO 8601 times sort as such. */
  readonly rows: readonly (readonly string[])[];
  /** What is said instead of a table without rows. */
  readonly empty: string;
}
