import path from 'node:path';
import { zipSync } from 'fflate';
import type { Bundle } from './bundle.ts';

/** What has a budget, in bytes. */
export interface PartSize {
  readonly part: string;
  readonly bytes: number;
  /** The most it may have. */
  readonly budget: number;
  /** Minified bytes by npm package or source folder, most first. */
  readonly contents: ReadonlyMap<string, number>;
}

export const budgets = {
  entry: 30_000,
  secondLook: 60_000,
  ec2: 220_000,
  eventBus: 60_000,
  queue: 60_000,
  members: 30_000,
  pause: 290_000,
  package: 200_000,
} as const;

/**
 * - the entries: what each cold start of `enforce-name-tag.mjs` and of `second-look.mjs` loads
 * - the EC2 chunk: what the first call of EC2 loads on top
 * - the event bus and the queue chunk: what the first notice and the first message load on top of that
 * - the members chunk: what the first call of EC2 in a member of the organization loads on top of that
 * - pause: all that `pause.mjs` loads, whose every start calls Lambda
 * - the package: a zip of all, deflated as the SAM command line does it
 */
export function partSizes(bundle: Bundle): readonly PartSize[] {
  const part = (name: string, files: readonly string[], budget: number): PartSize => {
    const code = bundle.files.filter((file) => files.includes(file.name)).map((file) => file.code);
    return {
      part: name,
      bytes: Buffer.byteLength(code.join('')),
      budget,
      contents: contentsOf(bundle, files),
    };
  };
  const entry = loadedWith(bundle, 'enforce-name-tag');
  const ec2 = loadedWith(bundle, 'ec2-fleet').filter((file) => !entry.includes(file));
  const onTop = (name: string): string[] =>
    loadedWith(bundle, name).filter((file) => ![...entry, ...ec2].includes(file));
  return [
    part('entry', entry, budgets.entry),
    part('second look entry', loadedWith(bundle, 'second-look'), budgets.secondLook),
    part('EC2 chunk', ec2, budgets.ec2),
    part('event bus chunk', onTop('event-bus'), budgets.eventBus),
    part('queue chunk', onTop('sqs-queue'), budgets.queue),
    part('members chunk', onTop('members'), budgets.members),
    part('pause', loadedWith(bundle, 'pause'), budgets.pause),
    {
      ...part(
        'package, zipped',
        bundle.files.map(({ name }) => name),
        budgets.package,
      ),
      bytes: zippedSize(bundle),
    },
  ];
}

/** The names of the bundled file of a source, for example `ec2-fleet`, and of all that it imports as it is loaded. */
export function loadedWith({ outputs }: Pick<Bundle, 'outputs'>, source: string): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([file, output]) => [path.basename(file), output]));
  const first = [...byName.keys()].find((name) => new RegExp(`^${source}(-\\w{8})?\\.mjs$`).test(name));
  if (first === undefined)
    throw new Error(`Expected a bundled file of ${source}, found ${[...byName.keys()].join(', ')}.`);
  const loaded = new Set([first]);
  for (const name of loaded) {
    for (const { kind, path: imported, external } of byName.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) loaded.add(path.basename(imported));
    }
  }
  return [...loaded];
}

/** Minified bytes in bundled files by npm package or source folder, most first. */
export function contentsOf(
  { outputs }: Pick<Bundle, 'outputs'>,
  names: readonly string[],
): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const [file, { inputs }] of Object.entries(outputs)) {
    if (!names.includes(path.basename(file))) continue;
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const origin = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? path.dirname(input);
      bytes.set(origin, (bytes.get(origin) ?? 0) + bytesInOutput);
    }
  }
  return new Map([...bytes].toSorted(([, a], [, b]) => b - a));
}

/** @throws Error that names each part over its budget and what is largest in it */
export function checkBudgets(parts: readonly PartSize[]): void {
  const over = parts.filter(({ bytes, budget }) => bytes > budget);
  if (over.length > 0) throw new Error(over.map(sentence).join('\n'));
}

function sentence({ part, bytes, budget, contents }: PartSize): string {
  return (
    `The ${part} is ${bytes} bytes, ${bytes - budget} more than its budget of ${budget}. ` +
    `Most of it, minified: ${largest(contents, 5)}. Import less, or raise the budget in build/sizes.ts and say why.`
  );
}

/** The largest entries, for example `valibot 4.6 kB, src 1.2 kB`. */
export function largest(bytes: ReadonlyMap<string, number>, count: number): string {
  return [...bytes]
    .slice(0, count)
    .map(([origin, size]) => `${origin} ${kilobytes(size)}`)
    .join(', ');
}

/** 1 kB is 1,000 bytes. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function zippedSize({ files }: Bundle): number {
  const contents = Object.fromEntries(files.map(({ name, code }) => [name, Buffer.from(code)]));
  return zipSync(contents, { level: 6 }).byteLength;
}
