import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeInstances } from '../../src/enforcer/write-second-look.ts';
import { account as hubAccount, region } from './setup/environment.ts';
import { sqs } from './support/clients.ts';
import { deadLetterOf, deadLetters } from './support/dead-letters.ts';
import { fatesOf, soon } from './support/fates.ts';
import { percentile, publish } from './support/figures.ts';
import { logLines } from './support/function-log.ts';
import { launchWithSdk, type Wanted } from './support/launches.ts';
import { listenToTopic } from './support/listener.ts';
import { joinHub, leaveHub, moveRole, organizationId, placeOf, type Place } from './support/members.ts';
import { shutFunction } from './support/policies.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliverStarts, withoutDelay } from './support/starts.ts';
import { deliverTo, eventOf, person } from './support/trail.ts';

// Three accounts and two regions: the hub's, a member in both regions, and a member that has no role yet.

const elsewhere = 'ap-south-1';
const named = [{ key: 'Name', value: 'web' }];
const home = placeOf(hubAccount, region);
const here = placeOf('222222222222', region);
const there = placeOf('222222222222', elsewhere);
const roleless = placeOf('333333333333', elsewhere);
const stranger = placeOf('999999999999', elsewhere);
let hub: Outputs;

beforeAll(async () => {
  hub = await deploy('hub', { OrganizationId: organizationId, Timeout: '15' });
  await withoutDelay(hub.SecondLookQueueUrl);
  await joinHub(here, hub, region);
  await joinHub(there, hub, region);
  await joinHub(roleless, hub, 'eu-north-1');
  await joinHub(stranger, hub, elsewhere);
});
afterAll(async () => {
  for (const place of [here, there, roleless, stranger]) await leaveHub(place);
  await remove('hub');
});

/** Launches in a place, and delivers the event there. */
async function launchIn(place: Place, wanted: Wanted = {}) {
  const { instanceIds, call } = await launchWithSdk(wanted, place.ec2);
  const event = eventOf(call, person, place);
  await deliverTo(place.eventBridge, event);
  return { instanceIds, event };
}
const linesOf = async (instanceIds: readonly string[]) =>
  (await logLines(hub.LogGroupName)).filter((line) => instanceIds.some((id) => id === line['instanceId']));

describe('A nameless launch dies at the hand of the hub', () => {
  test.each([
    ['in a member and region of its own', there],
    ["in a member, in the hub's region", here],
    ["in the hub's own account and region", home],
  ])('%s, and its named neighbour lives', async (_, place) => {
    const neighbour = await launchIn(place, { tags: named });
    const { instanceIds } = await launchIn(place, { count: 2 });

    await expect.poll(async () => fatesOf(instanceIds, place.ec2), soon).toEqual(['dead']);
    expect(await fatesOf(neighbour.instanceIds, place.ec2)).toEqual(['alive']);
    await expect
      .poll(async () => linesOf(instanceIds), soon)
      .toMatchObject([
        { outcome: 'terminated', account: place.account, region: place.region },
        { outcome: 'terminated', account: place.account, region: place.region },
      ]);
  });

  test('by its starts alone, in two regions of the member in one batch', async () => {
    const one = await launchWithSdk({}, here.ec2);
    const other = await launchWithSdk({}, there.ec2);
    const neighbour = await launchWithSdk({ tags: named }, there.ec2);

    await deliverStarts(one.instanceIds, here.eventBridge);
    await deliverStarts([...other.instanceIds, ...neighbour.instanceIds], there.eventBridge);

    await expect.poll(async () => fatesOf(one.instanceIds, here.ec2), soon).toEqual(['dead']);
    await expect.poll(async () => fatesOf(other.instanceIds, there.ec2), soon).toEqual(['dead']);
    expect(await fatesOf(neighbour.instanceIds, there.ec2)).toEqual(['alive']);
  });

  test('within seconds', async (context) => {
    const seconds: number[] = [];
    for (let launch = 0; launch < 10; launch++) {
      const began = Date.now();
      const { instanceIds } = await launchIn(there);
      await expect
        .poll(async () => fatesOf(instanceIds, there.ec2), { timeout: 20_000, interval: 20 })
        .toEqual(['dead']);
      seconds.push((Date.now() - began) / 1000);
    }

    publish(context, {
      title: "Seconds from a member's launch to death",
      rows: [
        {
          launches: seconds.length,
          median: percentile(50, seconds).toFixed(2),
          slowest: percentile(100, seconds).toFixed(2),
        },
      ],
    });
    expect(percentile(50, seconds)).toBeLessThan(5);
  });
});

describe('A member without the role', () => {
  test('fails by name, is a dead letter after six hours, and loses nothing when its role comes', async () => {
    const { instanceIds, event } = await launchIn(roleless);
    const { account, region: memberRegion } = roleless;

    await expect
      .poll(async () => (await linesOf(instanceIds))[0], soon)
      .toMatchObject({
        outcome: 'failed',
        reason: 'unreadable',
        account,
        region: memberRegion,
      });
    const [line] = await linesOf(instanceIds);
    expect(line).toHaveProperty(
      'detail',
      expect.stringMatching(/role\/name-tag-enforcer-member did not let this stack in: AccessDenied/),
    );
    expect(await fatesOf(instanceIds, roleless.ec2)).toEqual(['alive']);

    // As the message is when its tries have failed for six hours.
    const [MessageBody] = writeInstances({
      instanceIds,
      dueAt: Date.now(),
      source: {
        account,
        region: memberRegion,
        eventId: String(event.detail['eventID']),
        launcher: undefined,
        invokedBy: undefined,
        launchedWith: 'sdk',
        launchedAt: Date.now(),
        reservationId: undefined,
      },
    });
    const failingSince = new Date(Date.now() - 7 * 60 * 60_000).toISOString();
    const MessageAttributes = { FailingSince: { DataType: 'String', StringValue: failingSince } };
    await sqs.send(
      new SendMessageCommand({ QueueUrl: hub.SecondLookQueueUrl, MessageBody, MessageAttributes }),
    );
    await expect
      .poll(async () => {
        const letters = await deadLetters(hub.DeadLetterQueueUrl);
        return letters
          .filter(({ responsePayload }) => responsePayload.errorMessage.includes(String(instanceIds[0])))
          .map(({ requestContext, responsePayload }) => [
            requestContext.condition,
            responsePayload.errorMessage.includes(`in ${account} ${memberRegion}`),
          ]);
      }, soon)
      .toEqual([['RetriesExhausted', true]]);

    await moveRole(roleless, hub, elsewhere);
    await expect
      .poll(async () => fatesOf(instanceIds, roleless.ec2), { timeout: 200_000, interval: 1_000 })
      .toEqual(['dead']);
  });
});

test('An event that claims to be of another account is refused, and nothing dies', async () => {
  const { instanceIds, call } = await launchWithSdk({}, here.ec2);
  const claim = eventOf(call, person, { account: here.account, region: roleless.region });

  // Another member puts it on its own bus, and EventBridge says whose it is.
  await deliverTo(roleless.eventBridge, claim);

  const letter = await deadLetterOf(hub.DeadLetterQueueUrl, claim);
  expect(letter.responsePayload.errorType).toBe('InvalidEventError');
  expect(letter.responsePayload.errorMessage).toContain('detail.recipientAccountId');
  expect(await fatesOf(instanceIds, here.ec2)).toEqual(['alive']);
});

test('The events of an account outside the organization do not arrive', async () => {
  const outside = await launchIn(stranger);
  const inside = await launchIn(there);

  await expect.poll(async () => linesOf(inside.instanceIds), soon).toHaveLength(1);
  expect(await linesOf(outside.instanceIds)).toEqual([]);
  expect(await fatesOf(outside.instanceIds, stranger.ec2)).toEqual(['alive']);
});

// The last: nothing is delivered any more.
test("What EventBridge can neither deliver from the members' bus nor keep rings, of launches and of starts", async () => {
  const topic = await listenToTopic('alarms-of-the-hub', hub.NotificationTopicArn);
  const rang = async () => new Set((await topic.heard()).flatMap((text) => /Lost\w+Alarm/.exec(text) ?? []));
  for (const QueueUrl of [hub.DeadLetterQueueUrl, hub.SecondLookQueueUrl])
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
  await shutFunction(hub.FunctionName);

  const { instanceIds } = await launchIn(there);
  await deliverStarts(instanceIds, there.eventBridge);

  await expect
    .poll(rang, { ...soon, timeout: 60_000 })
    .toEqual(new Set(['LostMemberEventsAlarm', 'LostMemberStartsAlarm']));
  await topic.close();
});
