import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEc2Fleet } from '../../src/aws/ec2-fleet.ts';
import type { InstanceFleet } from '../../src/enforcer/fleet.ts';
import { startAwsServer } from '../support/aws-server.ts';
import type { AwsAnswer, AwsServer } from '../support/aws-server.ts';
import { idOf } from '../support/launches.ts';

/** What EC2 answers to each request, in turn; the last one to all further ones. */
let answers: readonly (AwsAnswer | 'silence')[] = [];
let server: AwsServer;
let fleet: InstanceFleet;

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  server = await startAwsServer(async () => {
    const answer = answers[server.requests.length - 1] ?? answers.at(-1) ?? 'silence';
    return answer === 'silence' ? new Promise<AwsAnswer>(() => {}) : answer;
  });
  fleet = createEc2Fleet(server.url);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

function failure(status: number, code: string): AwsAnswer {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>Slow down.</Message></Error></Errors></Response>`,
  };
}

const throttled = failure(503, 'RequestLimitExceeded');
const nothing: AwsAnswer = {
  body: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>',
};

/** Makes a call with so many milliseconds, and says how many it took. */
async function timed<T>(
  milliseconds: number,
  call: (deadline: number) => Promise<T>,
): Promise<{ answer: T; took: number }> {
  const start = performance.now();
  const answer = await call(Date.now() + milliseconds);
  return { answer, took: performance.now() - start };
}

describe('The deadline ends a call', () => {
  test('that EC2 does not answer', async () => {
    answers = ['silence'];

    const { answer, took } = await timed(300, async (deadline) => fleet.describe([idOf(1)], deadline));

    expect(answer).toEqual({ kind: 'out-of-time' });
    expect(took).toBeLessThan(500);
  });

  test('that EC2 throttles again and again, even while the SDK waits before another try', async () => {
    answers = [throttled];

    const { answer, took } = await timed(1_500, async (deadline) => fleet.terminate([idOf(1)], deadline));

    expect(answer).toEqual({ kind: 'out-of-time' });
    expect(took).toBeGreaterThan(1_400);
    expect(took).toBeLessThan(1_700);
  });

  test('and no request follows it', async () => {
    answers = [throttled];

    await fleet.terminate([idOf(1)], Date.now() + 400);
    const before = server.requests.length;
    await new Promise((resolve) => {
      setTimeout(resolve, 1_500);
    });

    expect(before).toBeGreaterThan(0);
    expect(server.requests.length).toBe(before);
  });
});

describe('The SDK tries again', () => {
  test.each([
    ['a throttled call', throttled],
    ['a server error', failure(500, 'InternalError')],
    ['a dropped connection', { body: 'x'.repeat(100), cutAfter: 10 }],
  ])('%s', async (_, answer) => {
    answers = [answer, nothing];

    expect(await fleet.describe([idOf(1)], Date.now() + 5_000)).toEqual({ kind: 'described', instances: [] });
    expect(server.requests.length).toBe(2);
  });

  test('but not a refusal', async () => {
    answers = [failure(403, 'UnauthorizedOperation')];

    expect(await fleet.terminate([idOf(1)], Date.now() + 5_000)).toEqual({
      kind: 'refused',
      refusal: 'denied',
      detail: 'UnauthorizedOperation: Slow down.',
    });
    expect(server.requests.length).toBe(1);
  });
});

test('An answer that is no XML fails the call', async () => {
  answers = [{ body: '{"this": "is JSON"' }];

  expect(await fleet.describe([idOf(1)], Date.now() + 3_000)).toMatchObject({ kind: 'call-failed' });
});

test('A host that is not there is tried again until the deadline', async () => {
  await server.close();

  const { answer, took } = await timed(400, async (deadline) => fleet.describe([idOf(1)], deadline));

  expect(answer).toEqual({ kind: 'out-of-time' });
  expect(took).toBeGreaterThan(300);
});

test('The instances that EC2 shows are read from its own XML', async () => {
  answers = [
    {
      body: `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>
        <reservationId>r-1</reservationId><instancesSet><item><instanceId>${idOf(1)}</instanceId>
        <instanceState><code>16</code><name>running</name></instanceState><clientToken>token-1</clientToken>
        <tagSet><item><key>Name</key><value/></item><item><key>team</key><value> </value></item></tagSet>
        </item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
    },
  ];

  expect(await fleet.describe([idOf(1)], Date.now() + 3_000)).toEqual({
    kind: 'described',
    instances: [
      {
        instanceId: idOf(1),
        state: 'running',
        tags: [
          { key: 'Name', value: '' },
          { key: 'team', value: ' ' },
        ],
        reservationId: 'r-1',
        clientToken: 'token-1',
      },
    ],
  });
});
