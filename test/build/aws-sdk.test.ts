import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DescribeInstancesCommandOutput, TerminateInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';
import { build, type Plugin } from 'esbuild';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { directImports } from '../../build/direct-imports.ts';
import { inlineSchemaKeys } from '../../build/inline-schema-keys.ts';
import { keptMembers, membersRead } from '../../build/kept-members.ts';
import { plainBuiltins, plainDynamicImports } from '../../build/plain-builtins.ts';
import { replaceModules } from '../../build/replace-modules.ts';
import { rewriteSources, type Rewriting } from '../../build/rewrite-sources.ts';
import { readInstances, readTerminating } from '../../src/aws/ec2-answers.ts';
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
const Description = v.custom<DescribeInstancesCommandOutput>((value) => value !== undefined);
const Kill = v.custom<TerminateInstancesCommandOutput>((value) => value !== undefined);
const SchemaReference = v.custom<Parameters<typeof NormalizedSchema.of>[0]>((value) => value !== undefined);

describe('the AWS SDK as it is bundled', () => {
  let folder: string;
  let original: Probe;
  let rewritten: Probe;
  let shortened: Probe;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'aws-sdk-probe-'));
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
    // So that requests have the same date.
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
        expect(found.request).toHaveProperty('isSigned', true);
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

  it('shortened, leaves all that the enforcer reads of an instance', async () => {
    const xml =
      '<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId><ownerId>1</ownerId>' +
      '<instancesSet><item><instanceId>i-01234567</instanceId><imageId>ami-1</imageId>' +
      '<instanceState><code>16</code><name>running</name></instanceState><clientToken>token-1</clientToken>' +
      '<launchTime>2026-03-01T09:00:00.000Z</launchTime><tagSet><item><key>Name</key><value>web-1</value></item>' +
      '</tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>';

    const { response } = await shortened.exchange('DescribeInstancesCommand', {}, { status: 200, xml });

    expect(readInstances(v.parse(Description, response))).toEqual([
      {
        instanceId: 'i-01234567',
        state: 'running',
        tags: [{ key: 'Name', value: 'web-1' }],
        reservationId: 'r-1',
        clientToken: 'token-1',
      },
    ]);
  });

  it('shortened, leaves all that the enforcer reads of a kill', async () => {
    const xml =
      '<TerminateInstancesResponse><instancesSet><item><instanceId>i-01234567</instanceId>' +
      '<currentState><code>32</code><name>shutting-down</name></currentState>' +
      '<previousState><code>16</code><name>running</name></previousState></item></instancesSet></TerminateInstancesResponse>';

    const { response } = await shortened.exchange(
      'TerminateInstancesCommand',
      { InstanceIds: ['i-01234567'] },
      { status: 200, xml },
    );

    expect(readTerminating(v.parse(Kill, response))).toEqual(new Set(['i-01234567']));
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
      const found = await shortened.putEvents({ Entries: [entry] }, given);

      expect(found).toEqual(expected);
      expect(found.request).toMatchObject({ isSigned: true, hostname: 'events.eu-central-1.amazonaws.com' });
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
      .map(([name, member]) => [name, onlyRead(member, membersRead[shortenedSchemas.get(name) ?? ''])]),
  );
}

async function bundleProbe(folder: string, name: string, plugins: Plugin[]): Promise<Probe> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'aws-sdk-probe.ts')],
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
