import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaFaults } from '../../support/notice-schema.ts';
import { account as hubAccount, region } from '../setup/environment.ts';
import { deadLetters } from '../support/dead-letters.ts';
import { fatesOf, soon } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { type Listener, listenToBus } from '../support/listener.ts';
import { joinHub, leaveHub, organizationId, placeOf, type Place } from '../support/members.ts';
import { putRolePolicy, rolePolicy, without } from '../support/policies.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliverTo, eventOf, person } from '../support/trail.ts';

// A hub that puts notices in its members: one as organization/member.yaml makes it, and one whose role is of a version that
// knew no notices.

const elsewhere = 'ap-south-1';
const home = placeOf(hubAccount, region);
const member = placeOf('444444444444', elsewhere);
const older = placeOf('555555555555', elsewhere);
const ofEnforcer = { source: ['ec2-name-tag-enforcer'] };
let hub: Outputs;
let onHub: Listener;
let onMember: Listener;
let onOlder: Listener;

beforeAll(async () => {
  hub = await deploy('hub-that-tells', {
    OrganizationId: organizationId,
    NoticesInMembers: 'true',
    Timeout: '15',
  });
  await joinHub(member, hub, elsewhere);
  await joinHub(older, hub, elsewhere);
  const role = `arn:aws:iam::${older.account}:role/name-tag-enforcer-member`;
  const policy = await rolePolicy(role, older.iam);
  await putRolePolicy(role, without(policy, 'TellPeople'), older.iam);
  onHub = await listenToBus('heard-in-the-hub', ofEnforcer);
  onMember = await listenToBus('heard-in-the-member', ofEnforcer, member);
  onOlder = await listenToBus('heard-in-the-older-member', ofEnforcer, older);
});
afterAll(async () => {
  for (const listener of [onHub, onMember, onOlder]) await listener.close();
  for (const place of [member, older]) await leaveHub(place);
  await remove('hub-that-tells');
});

const Notice = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    account: v.string(),
    region: v.string(),
    detail: v.looseObject({ eventId: v.string(), stack: v.string() }),
  }),
);

async function launchIn(place: Place) {
  const { instanceIds, call } = await launchWithSdk({}, place.ec2);
  const event = eventOf(call, person, place);
  await deliverTo(place.eventBridge, event);
  const heardBy = async (listener: Listener) =>
    (await listener.heard())
      .map((body) => v.parse(Notice, body))
      .filter(({ detail }) => detail.eventId === event.detail['eventID']);
  const lines = async (message: string) =>
    (await logLines(hub.LogGroupName)).filter(
      (line) => line['message'] === message && line['eventId'] === event.detail['eventID'],
    );
  return { instanceIds, event, heardBy, lines };
}

test("A team's rule in a member gets the notice of a launch there, as an event of its own account, and so does the hub", async () => {
  const { instanceIds, heardBy } = await launchIn(member);

  await expect.poll(async () => heardBy(onMember), soon).toHaveLength(1);
  await expect.poll(async () => heardBy(onHub), soon).toHaveLength(1);

  expect(await fatesOf(instanceIds, member.ec2)).toEqual(['dead']);
  const [ofMember] = await heardBy(onMember);
  const [ofHub] = await heardBy(onHub);
  expect(ofMember).toMatchObject({ account: member.account, region: elsewhere, detail: { instanceIds } });
  // A stack of the hub's name in the member is another one.
  expect(ofHub).toMatchObject({ account: hubAccount, region, detail: { stack: 'hub-that-tells' } });
  expect(ofMember?.detail).toEqual({ ...ofHub?.detail, stack: `hub-that-tells@${hubAccount}.${region}` });
  expect(schemaFaults(ofMember?.detail)).toEqual([]);
});

test('A role of an older member fails its notice by name; the instance is dead all the same, and the hub is told', async () => {
  const { instanceIds, event, heardBy, lines } = await launchIn(older);

  await expect
    .poll(async () => lines('notice failed'), soon)
    .toMatchObject([{ level: 'ERROR', bus: 'member', account: older.account, region: elsewhere }]);

  const [line] = await lines('notice failed');
  expect(line).toHaveProperty('detail', expect.stringMatching(/AccessDenied.*events:PutEvents/));
  expect(await fatesOf(instanceIds, older.ec2)).toEqual(['dead']);
  await expect.poll(async () => heardBy(onHub), soon).toHaveLength(1);
  expect(await heardBy(onOlder)).toEqual([]);
  const letters = await deadLetters(hub.DeadLetterQueueUrl);
  expect(letters.map(({ requestPayload }) => requestPayload.detail.eventID)).not.toContain(
    event.detail['eventID'],
  );
});

test("A launch in the hub's own account and region has one notice", async () => {
  const { heardBy, lines } = await launchIn(home);

  await expect.poll(async () => heardBy(onHub), soon).toHaveLength(1);
  expect(await lines('notice sent')).toHaveLength(1);
});
