import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import { build } from 'esbuild';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { options } from '../../build/bundle.ts';
import { toXml, valuesOf } from '../support/ec2-shapes.ts';
import { firstDifference } from '../support/first-difference.ts';
import type * as probe from './aws-sdk-probe.ts';

type Probe = typeof probe;

const ProbeModule = v.object({
  schemas: v.custom<Probe['schemas']>((value) => value instanceof Map),
  exchange: v.custom<Probe['exchange']>((value) => typeof value === 'function'),
  putEvents: v.custom<Probe['putEvents']>((value) => typeof value === 'function'),
});

const Operation = v.looseTuple([v.literal(9), v.string(), v.string(), v.unknown(), v.unknown(), v.unknown()]);
const SchemaReference = v.custom<Parameters<typeof NormalizedSchema.of>[0]>((value) => value !== undefined);

describe('the AWS SDK as it is bundled', () => {
  let folder: string;
  let original: Probe;
  let bundled: Probe;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'aws-sdk-probe-'));
    original = await bundleProbe(folder, 'original', false);
    bundled = await bundleProbe(folder, 'bundled', true);
    // So that requests have the same date.
    vi.useFakeTimers({ toFake: ['Date'] });
  }, 60_000);

  afterAll(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  it('has every schema of the original, equal down to the last trait', () => {
    const expected = Object.fromEntries(original.schemas);
    const found = Object.fromEntries(bundled.schemas);

    expect(firstDifference(found, expected)).toBeUndefined();
    expect(Object.keys(found).length).toBeGreaterThan(3000);
  });

  it.for(['DescribeInstances', 'TerminateInstances'])(
    'sends the same request for %s, and reads the same of the response',
    async (name) => {
      const operation = v.parse(Operation, original.schemas.get(`${name}$`));
      const input = NormalizedSchema.of(v.parse(SchemaReference, operation[4]));
      const output = NormalizedSchema.of(v.parse(SchemaReference, operation[5]));
      const property = fc.asyncProperty(valuesOf(input), valuesOf(output), async (request, response) => {
        const answer = { status: 200, xml: toXml(output, response, `${name}Response`) };

        const expected = await original.exchange(`${name}Command`, request, answer);
        const found = await bundled.exchange(`${name}Command`, request, answer);

        expect(found).toEqual(expected);
        expect(found.request).toHaveProperty('isSigned', true);
        expect(found.response).toMatchObject(Object(response));
      });
      await fc.assert(property, { numRuns: 100 });
    },
  );

  it('reads the same error', async () => {
    const xml =
      '<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>No such id</Message></Error></Errors>' +
      '<RequestID>1</RequestID></Response>';
    const call = ['TerminateInstancesCommand', { InstanceIds: ['i-1'] }, { status: 400, xml }] as const;

    const expected = await original.exchange(...call);
    const found = await bundled.exchange(...call);

    expect(found).toEqual(expected);
    expect(found.response).toMatchObject({
      error: { name: 'InvalidInstanceID.NotFound', message: 'No such id' },
    });
  });

  it.for([
    ['taken', 200, { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }],
    [
      'refused for its entry',
      200,
      { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'no' }] },
    ],
    ['denied', 400, { __type: 'AccessDeniedException', message: 'not authorized' }],
    ['throttled', 400, { __type: 'com.amazonaws.events#ThrottlingException', message: 'Rate exceeded' }],
  ] as const)(
    'puts the same event on a bus, and reads the same answer when it is %s',
    async ([, status, answer]) => {
      const entry = {
        EventBusName: 'default',
        Source: 's',
        DetailType: 'd',
        Detail: '{"é":1}',
        Time: new Date(0),
      };
      const given = { status, json: JSON.stringify(answer) };

      const expected = await original.putEvents({ Entries: [entry] }, given);
      const found = await bundled.putEvents({ Entries: [entry] }, given);

      expect(found).toEqual(expected);
      expect(found.request).toMatchObject({ isSigned: true, hostname: 'events.eu-central-1.amazonaws.com' });
    },
  );
});

/** Bundles the probe with the build's own plugins, or without. */
async function bundleProbe(folder: string, name: string, withPlugins: boolean): Promise<Probe> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    ...options,
    ...(!withPlugins && { plugins: [], external: [] }),
    entryPoints: [path.join(import.meta.dirname, 'aws-sdk-probe.ts')],
    outfile,
  });
  const module: unknown = await import(pathToFileURL(outfile).href);
  return v.parse(ProbeModule, module);
}
