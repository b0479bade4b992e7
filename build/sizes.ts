import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Bundle, BundleFile } from './bundle.ts';
import { contents, loadedWith } from './outputs.ts';

/** Sizes in bytes. */
export interface FileSize {
  readonly name: string;
  readonly minified: number;
  readonly gzip: number;
  /** Minified bytes by npm package or source folder, most first. */
  readonly contents: ReadonlyMap<string, number>;
}

/** What has a budget, in bytes. */
export interface PartSize {
  readonly part: string;
  readonly bytes: number;
  /** The most it may have. */
  readonly budget: number;
  readonly contents: ReadonlyMap<string, number>;
}

/** The event bus chunk has EventBridge's protocol with it, JSON, so that EC2 does not load it. */
export const budgets = { entry: 60_000, ec2: 200_000, eventBus: 45_000, package: 120_000 } as const;

export function fileSizes({ files, outputs }: Bundle): readonly FileSize[] {
  return files.map(({ name, code }) => ({
    name,
    minified: Buffer.byteLength(code),
    gzip: gzipSync(code).byteLength,
    contents: contents(outputs, name),
  }));
}

/**
 * - the entry, `enforce-name-tag.mjs`: what each cold start loads
 * - the EC2 chunk, `ec2-fleet.mjs` and the core of the AWS SDK: what the first call of EC2 loads on top
 * - the event bus chunk, `event-bus.mjs`: what the first notice loads on top of that
 * - the package: a zip of all, deflated as the SAM command line does it
 */
export function partSizes({ files, outputs }: Bundle): readonly PartSize[] {
  const part = (name: string, loaded: readonly string[], budget: number): PartSize => ({
    part: name,
    bytes: files
      .filter((file) => loaded.includes(file.name))
      .reduce((sum, { code }) => sum + Buffer.byteLength(code), 0),
    budget,
    contents: contents(outputs, ...loaded),
  });
  const ec2 = loadedWith(outputs, 'ec2-fleet.mjs');
  const eventBus = loadedWith(outputs, 'event-bus.mjs').filter((file) => !ec2.includes(file));
  return [
    part('entry', ['enforce-name-tag.mjs'], budgets.entry),
    part('EC2 chunk', ec2, budgets.ec2),
    part('event bus chunk', eventBus, budgets.eventBus),
    {
      part: 'package, zipped',
      bytes: zip(files).byteLength,
      budget: budgets.package,
      contents: new Map(files.map(({ name, code }) => [name, Buffer.byteLength(code)])),
    },
  ];
}

/** @throws OverBudgetError that names each part over its budget and what is largest in it */
export function checkBudgets(parts: readonly PartSize[]): void {
  const over = parts.filter(({ bytes, budget }) => bytes > budget);
  if (over.length > 0) throw new OverBudgetError(over);
}

class OverBudgetError extends Error {
  override readonly name = 'OverBudgetError';

  constructor(over: readonly PartSize[]) {
    super(over.map(sentence).join('\n'));
  }
}

function sentence({ part, bytes, budget, contents: inside }: PartSize): string {
  return (
    `The ${part} is ${bytes} bytes, ${bytes - budget} more than its budget of ${budget}. ` +
    `Most of it, minified: ${largest(inside, 5)}. Import less, or raise the budget in build/sizes.ts and say why.`
  );
}

/** The largest entries, for example `valibot 4.6 kB, src 1.2 kB`. */
export function largest(bytes: ReadonlyMap<string, number>, count: number): string {
  return [...bytes]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([origin, size]) => `${origin} ${kilobytes(size)}`)
    .join(', ');
}

/** 1 kB is 1,000 bytes. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function zip(files: readonly BundleFile[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ name, code }) => [name, Buffer.from(code)])), { level: 6 });
}
