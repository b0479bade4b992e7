import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Bundle, BundleFile } from './bundle.ts';
import { contents, loadedWith, outputOf } from './output-graph.ts';

/** Sizes in bytes. */
export interface FileSize {
  readonly name: string;
  readonly minified: number;
  readonly gzip: number;
  /** Minified bytes by npm package or source folder, most first. */
  readonly contents: ReadonlyMap<string, number>;
}

/** A part of the bundle that has a budget. */
export interface PartSize {
  readonly part: string;
  readonly files: readonly string[];
  readonly bytes: number;
  /** The most it may have. */
  readonly budget: number;
}

export const budgets = { entry: 60_000, ec2: 200_000, package: 120_000 } as const;

/** The file that brings in the EC2 client. */
const ec2Source = 'src/aws/ec2-fleet.ts';

export function fileSizes({ files, outputs }: Bundle): readonly FileSize[] {
  return files.map(({ name, code }) => ({
    name,
    minified: Buffer.byteLength(code),
    gzip: gzipSync(code).byteLength,
    contents: contents(outputs, name),
  }));
}

/**
 * - the entry: what each cold start loads, `handler.mjs` with all that it imports statically
 * - the EC2 chunk: what the first call of EC2 loads on top
 * - the package: a zip of `dist` as `sam package` makes it
 */
export function partSizes({ files, outputs }: Bundle): readonly PartSize[] {
  const entry = loadedWith(outputs, 'handler.mjs', ['static']);
  const ec2 = loadedWith(outputs, outputOf(outputs, ec2Source), ['static']).filter(
    (name) => !entry.includes(name),
  );
  return [
    { part: 'entry', files: entry, bytes: minified(files, entry), budget: budgets.entry },
    { part: 'EC2 chunk', files: ec2, bytes: minified(files, ec2), budget: budgets.ec2 },
    {
      part: 'package, zipped',
      files: files.map(({ name }) => name),
      bytes: zipped(files),
      budget: budgets.package,
    },
  ];
}

/** @throws OverBudgetError that names each part over its budget and what is largest in it */
export function checkBudgets(parts: readonly PartSize[], files: readonly FileSize[]): void {
  const over = parts.filter(({ bytes, budget }) => bytes > budget);
  if (over.length > 0) throw new OverBudgetError(over, files);
}

export class OverBudgetError extends Error {
  override readonly name = 'OverBudgetError';

  constructor(over: readonly PartSize[], files: readonly FileSize[]) {
    super(over.map((part) => sentence(part, files)).join('\n'));
  }
}

function sentence({ part, files: names, bytes, budget }: PartSize, files: readonly FileSize[]): string {
  const inside = new Map<string, number>();
  for (const file of files.filter(({ name }) => names.includes(name))) {
    for (const [origin, size] of file.contents) inside.set(origin, (inside.get(origin) ?? 0) + size);
  }
  return (
    `The ${part} is ${bytes} bytes, ${bytes - budget} more than its budget of ${budget} (${names.join(', ')}). ` +
    `Most of it: ${largest(inside, 5)}. Import less, or raise the budget in build/sizes.ts and say why.`
  );
}

/** The largest entries, for example `valibot 4.6 kB, src 1.2 kB`; 1 kB is 1,000 bytes. */
export function largest(bytes: ReadonlyMap<string, number>, count: number): string {
  return [...bytes]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([origin, size]) => `${origin} ${kilobytes(size)}`)
    .join(', ');
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function minified(files: readonly BundleFile[], names: readonly string[]): number {
  return files
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
}

function zipped(files: readonly BundleFile[]): number {
  return zipSync(Object.fromEntries(files.map(({ name, code }) => [name, Buffer.from(code)])), { level: 6 })
    .byteLength;
}
