import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import { build, type Plugin } from 'esbuild';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inlineKeys, inlineSchemaKeys, SchemaFormError } from '../../build/inline-schema-keys.ts';
import { toXml, valuesOf } from '../support/ec2-shapes.ts';
import { firstDifference } from '../support/first-difference.ts';
import type * as probe from './ec2-probe.ts';

type Probe = typeof probe;

const ProbeModule = v.object({
  schemas: v.custom<Probe['schemas']>((value) => value instanceof Map),
  exchange: v.custom<Probe['exchange']>((value) => typeof value === 'function'),
});

const Operation = v.looseTuple([v.literal(9), v.string(), v.string(), v.unknown(), v.unknown(), v.unknown()]);
const SchemaReference = v.custom<Parameters<typeof NormalizedSchema.of>[0]>((value) => value !== undefined);

describe('the EC2 client with its schema keys written in', () => {
  let folder: string;
  let original: Probe;
  let rewritten: Probe;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ec2-probe-'));
    original = await bundleProbe(folder, 'original', []);
    rewritten = await bundleProbe(folder, 'rewritten', [inlineSchemaKeys]);
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
});

describe('inlineKeys', () => {
  it('writes the value of a constant into the key that it computes', () => {
    const source =
      'const _xN = "xmlName";\nconst _F = "Filter";\nexport var F$ = [3, _F, { [_xN]: _F }, [_F], [_xN]];\n';

    expect(inlineKeys(source, 'schemas_0.js')).toBe(source.replace('[_xN]:', '"xmlName":'));
  });

  it.for([
    ['there is no computed key', 'const _xN = "xmlName";\nexport var F$ = [3, { a: 1 }];', 'no computed key'],
    [
      'a key is no constant of the file',
      'export var F$ = [3, { [_xN]: 1 }];',
      '[_xN] is not a string constant',
    ],
    [
      'a key is a number',
      'const _xN = 1;\nexport var F$ = [3, { [_xN]: 1 }];',
      '[_xN] is not a string constant',
    ],
    [
      'a key would set the prototype',
      'const _p = "__proto__";\nexport var F$ = { [_p]: 1 };',
      'is "__proto__"',
    ],
    [
      'another computed key stays',
      'const _a = "a";\nexport var F$ = { [_a]: 1, [_a + _a]: 2 };',
      '[_a + _a]:',
    ],
  ] as const)('refuses a file where %s', ([, source, message]) => {
    const rewriting = (): string => inlineKeys(source, 'schemas_0.js');

    expect(rewriting).toThrow(SchemaFormError);
    expect(rewriting).toThrow(message);
  });
});

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
