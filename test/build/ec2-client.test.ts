import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import { build, type Plugin } from 'esbuild';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { directImports } from '../../build/direct-imports.ts';
import { inlineSchemaKeys } from '../../build/inline-schema-keys.ts';
import { keptMembers, read } from '../../build/kept-members.ts';
import { plainBuiltins, plainDynamicImports } from '../../build/plain-builtins.ts';
import { replaceModules } from '../../build/replace-modules.ts';
import { rewriteSources, type Rewriting } from '../../build/rewrite-sources.ts';
import { toXml, valuesOf } from '../support/ec2-shapes.ts';
import { firstDifference } from '../support/first-difference.ts';
import type * as probe from './ec2-probe.ts';

type Probe = Pick<typeof probe, 'schemas' | 'exchange'>;

const ProbeModule = v.object({
  schemas: v.custom<Probe['schemas']>((value) => value instanceof Map),
  exchange: v.custom<Probe['exchange']>((value) => typeof value === 'function'),
});

const Operation = v.looseTuple([v.literal(9), v.string(), v.string(), v.unknown(), v.unknown(), v.unknown()]);
const SchemaReference = v.custom<Parameters<typeof NormalizedSchema.of>[0]>((value) => value !== undefined);

describe('the EC2 client as it is bundled, whole', () => {
  let folder: string;
  let original: Probe;
  let rewritten: Probe;
  let shortened: Probe;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ec2-probe-'));
    original = await bundleProbe(folder, 'original', []);
    rewritten = await bundleProbe(
      folder,
      'rewritten',
      onDemand(inlineSchemaKeys, directImports, plainDynamicImports),
    );
    shortened = await bundleProbe(
      folder,
      'shortened',
      onDemand(inlineSchemaKeys, keptMembers, directImports, plainDynamicImports),
    );
    // So that requests have the same date, and what is signed in them the same signature.
    vi.useFakeTimers({ toFake: ['Date'] });
  }, 60_000);

  afterAll(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  it('has every schema of the original, equal down to the last trait', () => {
    const expected = Object.fromEntries(original.schemas);
    const found = Object.fromEntries(rewritten.schemas);

    expect(firstDifference(found, expected)).toBeUndefined();
    expect(Object.keys(found).length).toBeGreaterThan(3000);
  });

  it('sends the same request and reads the same response, for every command of EC2', async () => {
    const operations = [...original.schemas.values()].filter((schema) => v.is(Operation, schema));
    expect(operations.length).toBeGreaterThan(800);

    for (const [, , name, , inputSchema, outputSchema] of operations) {
      const input = NormalizedSchema.of(v.parse(SchemaReference, inputSchema));
      const output = NormalizedSchema.of(v.parse(SchemaReference, outputSchema));
      const property = fc.asyncProperty(valuesOf(input), valuesOf(output), async (request, response) => {
        const answer = { status: 200, xml: toXml(output, response, `${name}Response`) };

        const expected = await original.exchange(`${name}Command`, request, answer);
        const found = await rewritten.exchange(`${name}Command`, request, answer);

        expect(found).toEqual(expected);
        expect(found.response).toMatchObject(Object(response));
      });
      await fc.assert(property, { numRuns: 2, seed: 5 });
    }
  }, 120_000);

  it('reads the same error', async () => {
    const xml =
      '<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>No such id</Message></Error></Errors>' +
      '<RequestID>1</RequestID></Response>';
    const call = ['TerminateInstancesCommand', { InstanceIds: ['i-1'] }, { status: 400, xml }] as const;

    const expected = await original.exchange(...call);
    const found = await rewritten.exchange(...call);

    expect(found).toEqual(expected);
    expect(found.response).toMatchObject({
      error: { name: 'InvalidInstanceID.NotFound', message: 'No such id' },
    });
  });

  it.for(['DescribeInstances', 'TerminateInstances'])(
    'shortened, sends the same request for %s, and reads of the response the same of what is read of it',
    async (name) => {
      const operation = v.parse(Operation, original.schemas.get(`${name}$`));
      const input = NormalizedSchema.of(v.parse(SchemaReference, operation[4]));
      const output = NormalizedSchema.of(v.parse(SchemaReference, operation[5]));
      const property = fc.asyncProperty(valuesOf(input), valuesOf(output), async (request, response) => {
        const answer = { status: 200, xml: toXml(output, response, `${name}Response`) };

        const expected = await original.exchange(`${name}Command`, request, answer);
        const found = await shortened.exchange(`${name}Command`, request, answer);

        expect(found.request).toEqual(expected.request);
        expect(found.response).toEqual(onlyRead(expected.response));
      });
      await fc.assert(property, { numRuns: 200 });
    },
  );
});

/** The plugins of the build's on-demand part, with these rewritings. */
function onDemand(...rewritings: readonly Rewriting[]): Plugin[] {
  return [replaceModules('on-demand'), plainBuiltins, rewriteSources(...rewritings)];
}

/** Members that hold a structure, or a list of them, of which only some members are read. */
const shortenedSchemas: ReadonlyMap<string, string> = new Map([
  ['Reservations', 'Reservation$'],
  ['Instances', 'Instance$'],
  ['State', 'InstanceState$'],
  ['TerminatingInstances', 'InstanceStateChange$'],
  ['CurrentState', 'InstanceState$'],
]);

function onlyRead(value: unknown, members?: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => onlyRead(item, members));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => members === undefined || members.includes(name))
      .map(([name, member]) => [name, onlyRead(member, read[shortenedSchemas.get(name) ?? ''])]),
  );
}

async function bundleProbe(folder: string, name: string, plugins: Plugin[]): Promise<Probe> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'ec2-probe.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins,
    logLevel: 'silent',
  });
  const module: unknown = await import(pathToFileURL(outfile).href);
  return v.parse(ProbeModule, module);
}
