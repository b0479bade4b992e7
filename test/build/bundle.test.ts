import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../build/bundle.ts';
import { contents, externalImports, loadedWith, outputOf } from '../../build/output-graph.ts';
import { budgets, partSizes } from '../../build/sizes.ts';
import { launchEvent } from '../support/launch-events.ts';
import { runBundle } from '../support/run-bundle.ts';

const named = launchEvent({ requestTags: [{ key: 'Name', value: 'web-1' }] });
const nameless = launchEvent();

/** Nothing listens there, and nothing is asked of it in time. */
const noEc2 = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' };

/** Their loading takes less than 1 ms; `node:crypto` takes 5 ms, `node:https` 9 ms. */
const smallNodeModules = ['node:console', 'node:timers/promises'];

describe('the bundle', () => {
  let built: Bundle;
  let entry: readonly string[];
  let ec2Chunk: string;

  beforeAll(async () => {
    built = await bundle();
    entry = loadedWith(built.outputs, 'handler.mjs', ['static']);
    ec2Chunk = outputOf(built.outputs, 'src/aws/ec2-fleet.ts');
  });

  it('keeps to its size budgets', () => {
    const parts = partSizes(built);

    expect(budgets).toEqual({ entry: 60_000, ec2: 200_000, package: 120_000 });
    expect(parts.map(({ part }) => part)).toEqual(['entry', 'EC2 chunk', 'package, zipped']);
    expect(parts.filter(({ bytes, budget }) => bytes > budget)).toEqual([]);
  });

  it('has no code of the AWS SDK in what a start loads', () => {
    const packages = entry.flatMap((file) => [...contents(built.outputs, file).keys()]);

    expect(packages).toContain('@aws-lambda-powertools/logger');
    expect(packages.filter((name) => /^@(aws-sdk|smithy|aws)\//.test(name))).toEqual([]);
    expect([...contents(built.outputs, ec2Chunk).keys()]).toContain('@aws-sdk/client-ec2');
  });

  it('needs nothing but Node.js beside it', () => {
    const imports = externalImports(built.outputs);

    expect(imports).toContain('node:https');
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('is the same when built again', async () => {
    const again = await bundle();

    expect(again.files).toEqual(built.files);
  });

  it('loads its entry and two small modules of Node.js for a compliant launch, and nothing else', async () => {
    const { modules, result, error } = await runBundle(named);

    expect(error).toBeUndefined();
    expect(result).toMatchObject({ outcomes: [{ outcome: 'spared', reason: 'named-at-launch' }] });
    expect(modules.toSorted()).toEqual([...entry, ...smallNodeModules].toSorted());
  });

  it('loads the EC2 chunk for a nameless launch, and then alone', async () => {
    const { modules, error } = await runBundle(nameless, noEc2, 1_050);

    expect(error?.name).toBe('UnsettledInstancesError');
    expect(modules).toContain(ec2Chunk);
    expect(modules.filter((name) => name.startsWith('event-streams'))).toEqual([]);
  });

  it('says which variables are missing when there are no credentials', async () => {
    const { error } = await runBundle(nameless, noEc2);

    expect(error?.message).toContain(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
    );
  });
});
