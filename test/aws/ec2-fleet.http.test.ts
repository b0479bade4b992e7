import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEc2Fleet } from '../../src/aws/ec2-fleet.ts';
import type { InstanceFleet } from '../../src/enforcer/fleet.ts';
import { startAwsServer } from '../support/aws-server.ts';
import type { AwsAnswer, AwsServer } from '../support/aws-server.ts';
import { idOf } from '../support/launches.ts';

/** What EC2 answers to each request, in turn; the last one to all further ones. */
let answers: readonly (AwsAnswer | 'silence' | 'stall')[] = [];
let server: AwsServer;
let fleet: InstanceFleet;

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  server = await startAwsServer(async () => {
    const answer = answers[server.requests.length - 1] ?? answers.at(-1) ?? 'silence';
    if (answer === 'stall') return { ...nothing, stallAfter: 10 };
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

  test('even within an answer that has begun', async () => {
    answers = ['stall'];

    const { answer, took } = await timed(300, async (deadline) => fleet.describe([idOf(1)], deadline));

    expect(answer).toEqual({ kind: 'out-of-time' });
    expect(took).toBeLessThan(500);
  });

  test('and no request follows it', async () => {
    answers = ['silence'];

    await fleet.terminate([idOf(1)], Date.now() + 300);
    const before = server.requests.length;
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });

    expect(before).toBe(1);
    expect(server.requests.length).toBe(before);
  });
});

describe('A call is one attempt, which says that another may succeed, after', () => {
  test.each([
    ['a throttled call', throttled],
    ['a server error', failure(500, 'InternalError')],
    ['a dropped connection', { body: 'x'.repeat(100), cutAfter: 10 }],
    ['an answer that is no XML', { body: '{"this": "is JSON"' }],
  ])('%s', async (_, answer) => {
    answers = [answer, nothing];

    expect(await fleet.describe([idOf(1)], Date.now() + 5_000)).toMatchObject({
      kind: 'call-failed',
      transient: true,
    });
    expect(server.requests.length).toBe(1);
    expect(await fleet.describe([idOf(1)], Date.now() + 5_000)).toMatchObject({ kind: 'described' });
  });

  test('a host that is not there', async () => {
    await server.close();

    expect(await fleet.describe([idOf(1)], Date.now() + 3_000)).toMatchObject({
      kind: 'call-failed',
      transient: true,
    });
  });

  test('an answer that stalls after its headers, within the time of one attempt', async () => {
    answers = ['stall', nothing];

    const { answer, took } = await timed(30_000, async (deadline) => fleet.describe([idOf(1)], deadline));

    expect(answer).toEqual({
      kind: 'call-failed',
      transient: true,
      detail: 'TimeoutError: No whole answer came within 8000 ms',
    });
    expect(took).toBeLessThan(8_500);
  });

  test('a thousand failed calls as after the first: nothing is counted from call to call', async () => {
    answers = [throttled];
    for (let call = 1; call <= 1_000; call++) await fleet.describe([idOf(1)], Date.now() + 5_000);

    answers = [nothing];

    expect(await fleet.describe([idOf(1)], Date.now() + 5_000)).toMatchObject({ kind: 'described' });
  });

  test('but not after a refusal', async () => {
    answers = [failure(403, 'UnauthorizedOperation')];

    expect(await fleet.terminate([idOf(1)], Date.now() + 5_000)).toEqual({
      kind: 'refused',
      refusal: 'denied',
      detail: 'UnauthorizedOperation: Slow down.',
    });
  });
});

describe('A name of white space is a name', () => {
  test.each(['\n', ' \n ', '&#10;', '&#xA;&#x20;', '\r\n', ' ', '\t', '\u2003'])('%j', async (value) => {
    answers = [
      {
        body: `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>${idOf(1)}</instanceId>
          <instanceState><name>running</name></instanceState><tagSet><item><key>Name</key><value>${value}</value>
          </item></tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
      },
    ];

    const description = await fleet.describe([idOf(1)], Date.now() + 3_000);

    expect(description).toHaveProperty('instances.0.tags.0.key', 'Name');
    expect(description).toHaveProperty('instances.0.tags.0.value', expect.stringMatching(/^\s+$/));
  });
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
        isManaged: false,
      },
    ],
    unreadable: [],
  });
});
