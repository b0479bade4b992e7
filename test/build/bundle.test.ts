import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../build/bundle.ts';
import { contents, imports, inputs } from '../../build/outputs.ts';
import { budgets, partSizes } from '../../build/sizes.ts';
import { launchEvent } from '../support/launch-events.ts';
import { runBundle } from '../support/run-bundle.ts';

const named = launchEvent({ requestTags: [{ key: 'Name', value: 'web-1' }] });
const nameless = launchEvent();

/** Nothing listens there, and nothing is asked of it in time. */
const noEc2 = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' };

/** Their loading takes less than 1 ms; `crypto` takes 5 ms, `https` 9 ms. */
const smallBuiltins = ['console', 'timers/promises'];

/** What lies behind lazy exports of `node:http` and `node:process`, undici above all. */
const loadedForNothing = new Set(['http2', 'worker_threads', 'perf_hooks', 'zlib']);

/** What may be in both files: code alone, without state and without classes that the one file asks the other's objects for. */
const harmlessCopies = /^(node_modules\/valibot\/|src\/aws\/ec2-limits\.ts$|src\/aws\/ec2-answers\.ts$)/;

const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('the bundle', () => {
  let built: Bundle;

  beforeAll(async () => {
    built = await bundle();
  });

  it('keeps to its size budgets', () => {
    const parts = partSizes(built);

    expect(budgets).toEqual({ entry: 60_000, ec2: 200_000, package: 120_000 });
    expect(parts.map(({ part }) => part)).toEqual(['entry', 'EC2 chunk', 'package, zipped']);
    expect(parts.filter(({ bytes, budget }) => bytes > budget)).toEqual([]);
  });

  it('has no code of the AWS SDK in what a start loads', () => {
    const packages = [...contents(built.outputs, 'handler.mjs').keys()];

    expect(packages).toContain('@aws-lambda-powertools/logger');
    expect(packages.filter((name) => /^@(aws-sdk|smithy|aws)\//.test(name))).toEqual([]);
    expect([...contents(built.outputs, 'ec2-fleet.mjs').keys()]).toContain('@aws-sdk/client-ec2');
  });

  it('has nothing in both of its files whose copies could disagree', () => {
    const inEntry = inputs(built.outputs, 'handler.mjs');
    const inBoth = [...inputs(built.outputs, 'ec2-fleet.mjs').keys()].filter((input) => inEntry.has(input));

    expect(inBoth).toContain('node_modules/valibot/dist/index.mjs');
    expect(inBoth.filter((input) => !harmlessCopies.test(input))).toEqual([]);
  });

  it('needs nothing but Node.js beside it', () => {
    const imported = imports(built.outputs);

    expect(imported).toContain('./ec2-fleet.mjs');
    expect(imported.filter((name) => name !== './ec2-fleet.mjs' && !name.startsWith('node:'))).toEqual([]);
  });

  it('is the same when built again', async () => {
    const again = await bundle();

    expect(again.files).toEqual(built.files);
  });

  it('loads its entry and two small modules of Node.js for a compliant launch, and nothing else', async () => {
    const { modules, result, error } = await runBundle(named);

    expect(error).toBeUndefined();
    expect(result).toMatchObject({ outcomes: [{ outcome: 'spared', reason: 'named-at-launch' }] });
    expect(modules.toSorted()).toEqual([...smallBuiltins, 'handler.mjs'].toSorted());
  });

  it('loads the EC2 client for a nameless launch, without what Node.js would load for nothing', async () => {
    const { modules, error } = await runBundle(nameless, { ...noEc2, ...credentials }, 1_500);

    expect(error?.name).toBe('UnsettledInstancesError');
    expect(modules).toEqual(expect.arrayContaining(['ec2-fleet.mjs', 'https', 'crypto']));
    expect(modules.filter((name) => loadedForNothing.has(name))).toEqual([]);
  });

  it('says which variables are missing when there are no credentials', async () => {
    const { error } = await runBundle(nameless, noEc2);

    expect(error?.message).toContain(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
    );
  });
});
