import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, inject, test } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { holdInstancesOf, readEventFile } from '../../../src/local/event-file.ts';
import { functionNames } from '../../../src/local/lambda/function-process.ts';
import { readSampleEvents, sampleEventsFolder } from '../../../src/local/sample-events.ts';
import { environment } from '../setup/environment.ts';
import { projectRoot } from '../../../src/local/aws/paths.ts';
import { sam } from '../../../src/local/aws/python-tools.ts';
import { run } from '../../../src/local/aws/run.ts';
import { architecture, hostInContainers, type DockerEngine } from './docker.ts';

const docker = inject('docker');
const samples = await readSampleEvents();

/** What `sam local invoke` prints: the function's answer, or its error. */
const PrintedSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({ errorType: v.string(), errorMessage: v.string() }),
    v.object({
      launch: v.optional(v.looseObject({ kind: v.string() })),
      batchItemFailures: v.optional(v.array(v.unknown())),
      outcomes: v.array(v.looseObject({ instanceId: v.string(), outcome: v.string(), reason: v.string() })),
    }),
  ]),
);

type Printed = v.InferOutput<typeof PrintedSchema>;

const answered = samples.flatMap(({ expected, ...sample }) =>
  'error' in expected ? [] : [{ ...sample, expected }],
);
const failed = samples.flatMap(({ expected, ...sample }) =>
  'error' in expected ? [{ ...sample, expected }] : [],
);

describe.skipIf(docker === null)('sam local invoke, against the embedded EC2,', () => {
  test.for(answered)('ends for $file as events/README.md says', async ({ file, expected }) => {
    const { printed, terminated } = await invoke(file);

    const { outcomes: _, ...answer } = expected;
    expect(printed).toMatchObject(answer);
    expect(outcomesOf(printed)).toEqual(new Set(expected.outcomes));
    expect(terminated).toEqual(doomedOf(expected.outcomes));
  });

  test.for(failed)('fails for $file as events/README.md says', async ({ file, expected }) => {
    const { printed, terminated } = await invoke(file);

    expect(printed).toMatchObject({ errorType: expected.error });
    const cause = expected.error === 'InvalidEventError' ? `\`${expected.path}\`` : expected.incomplete;
    expect(JSON.stringify(printed)).toContain(cause);
    expect(terminated).toEqual(new Set());
  });
});

/** With credentials, sam would ask AWS whose they are. */
const withoutAccount = { ...environment({}), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

/** Invokes the function with a sample event, against an EC2 of its own that holds what the sample's table says. */
async function invoke(file: string) {
  const path = join(sampleEventsFolder, file);
  const read = await readEventFile(path);
  // One message becomes a batch.
  const sent = join(tmpdir(), `sam-local-${process.pid}-${file}`);
  await writeFile(sent, JSON.stringify(read.event));
  const endpoint = await startForContainers(docker);
  try {
    await holdInstancesOf(path, read, endpoint.fleet);
    const url = `http://${hostInContainers}:${new URL(endpoint.url).port}`;
    const options = ['--event', sent, '--add-host', `${hostInContainers}:host-gateway`];
    if (docker?.hasImage === true) options.push('--skip-pull-image');
    const ended = await run(
      sam,
      [
        'local',
        'invoke',
        functionNames[read.function],
        ...options,
        '--parameter-overrides',
        `Architecture=${architecture}`,
        `Ec2EndpointUrl=${url}`,
      ],
      { cwd: projectRoot, env: withoutAccount },
    );
    // SAM exits with 0 whatever the function does, so that only what it prints tells.
    const printed = v.safeParse(PrintedSchema, ended.stdout.trim().split('\n').at(-1));
    if (!printed.success)
      throw new Error(`sam local invoke printed no answer:\n${ended.stdout}\n${ended.stderr}`);
    const terminated = new Set(endpoint.fleet.terminations.map(({ instanceId }) => instanceId));
    return { printed: printed.output, terminated };
  } finally {
    await endpoint.close();
    await rm(sent);
  }
}

async function startForContainers(engine: DockerEngine | null): Promise<Ec2Endpoint> {
  try {
    return await startEc2Endpoint({ host: engine?.listenOn ?? '127.0.0.1' });
  } catch {
    // The bridge is not of this machine: Docker Desktop on Linux.
    return startEc2Endpoint();
  }
}

function outcomesOf(printed: Printed): ReadonlySet<object> {
  return new Set('outcomes' in printed ? printed.outcomes : []);
}

function doomedOf(
  outcomes: readonly { readonly instanceId: string; readonly outcome: string }[],
): Set<string> {
  return new Set(
    outcomes.filter(({ outcome }) => outcome === 'terminated').map(({ instanceId }) => instanceId),
  );
}
