import { describe, expect, test } from 'vitest';
import { UnsettledInstancesError } from '../../../src/enforcer/settlement-errors.ts';
import { nameTheGroup } from '../../../src/enforcer/name-the-group.ts';
import { guides, knownCauses } from '../../../src/ops/dead-letters/cause-guide.ts';
import { whatToDo, type WhatToDo } from '../../../src/ops/dead-letters/what-to-do.ts';
import { failureRecord } from '../../support/dead-letter-messages.ts';
import { deadLetter, home, named, shown, stateOf } from '../../support/dead-letter.ts';
import { launchedItem, launchEvent } from '../../support/launch-events.ts';
import { idOf, source } from '../../support/launches.ts';

const stack = {
  OPS: 'npm run ops -- --region eu-west-1',
  roleIn: (account: string) => `arn:aws:iam::${account}:role/enforce`,
  LOG_GROUP: '/aws/lambda/enforce',
  ...home,
};

const allCommands = ({ commands, stackCommands }: WhatToDo['steps'][number]) => [
  ...commands,
  ...stackCommands,
];

test.each(knownCauses)(
  'there is advice on %s, whose commands leave open only what the person alone knows',
  (cause) => {
    const foreign = { instanceId: idOf(1), kind: 'elsewhere', settled: false, foreign: true } as const;
    const state = stateOf(cause === 'foreign-launch' ? foreign : shown(idOf(1)));

    const todo = whatToDo(deadLetter({ causes: [cause] }), state, stack);

    expect(todo.steps.map(({ about }) => about)).toEqual([cause]);
    for (const command of [...todo.steps.flatMap(allCommands), todo.end]) {
      expect(command.match(/\b[A-Z_]{4,}\b/g) ?? []).toEqual(command.match(/\b(?:NAME|TEXT|ERROR)\b/g) ?? []);
    }
  },
);

test('the commands hold the ids of the launch', () => {
  const todo = whatToDo(deadLetter({ id: '0a1b2c3d-0000' }), stateOf(shown(idOf(1))), stack);

  expect(todo).toMatchObject({ account: '111122223333', region: 'eu-west-1' });
  expect(todo.steps).toMatchObject([
    {
      about: 'protected',
      commands: [
        `aws ec2 create-tags --region eu-west-1 --resources ${idOf(1)} --tags Key=Name,Value=NAME`,
        `aws ec2 modify-instance-attribute --region eu-west-1 --instance-id ${idOf(1)} --no-disable-api-termination`,
      ],
    },
  ]);
  expect(todo.end).toBe('npm run ops -- --region eu-west-1 dead-letters redrive --message 0a1b2c3d --yes');
});

test('of several reasons each is told, with the open instances that have it', () => {
  const error = new UnsettledInstancesError(source, [
    { instanceId: idOf(1), outcome: 'failed', reason: 'protected' },
    { instanceId: idOf(2), outcome: 'failed', reason: 'protected' },
    { instanceId: idOf(3), outcome: 'failed', reason: 'not-visible' },
  ]);
  const event = launchEvent({ instances: [1, 2, 3].map((number) => launchedItem(idOf(number))) });
  const letter = deadLetter({ body: failureRecord(event, { message: error.message }) });

  const state = stateOf(...[1, 2, 3].map((number) => shown(idOf(number))), shown(idOf(4), named));

  const { steps } = whatToDo(letter, state, stack);

  expect(steps.map(({ about }) => about)).toEqual(['protected', 'not-visible']);
  expect(steps[0]?.commands[1]).toBe(
    `for id in ${idOf(1)} ${idOf(2)}; do aws ec2 modify-instance-attribute --region eu-west-1 ` +
      '--instance-id "$id" --no-disable-api-termination; done',
  );
  expect(steps[1]?.commands).toEqual([
    `aws ec2 describe-instances --region eu-west-1 --instance-ids ${idOf(3)}`,
  ]);
});

function stepsFor(message: string) {
  const event = launchEvent({ instances: [launchedItem(idOf(1))] });
  const letter = deadLetter({ body: failureRecord(event, { message }) });
  return whatToDo(letter, stateOf(shown(idOf(1))), stack).steps;
}

describe('a group that launches again what is terminated', () => {
  const group = { kind: 'auto-scaling-group', name: "web's, blue" } as const;
  const relaunched = { instanceId: idOf(1), outcome: 'failed', reason: 'relaunched' } as const;

  test('is named, with the command that names what it launches', () => {
    const { message } = new UnsettledInstancesError(source, [{ ...relaunched, group }]);

    const [step] = stepsFor(message);

    expect(step?.about).toBe('relaunched');
    expect(step?.advice.split('\n')[1]).toBe(
      `Auto Scaling group web's, blue: ${nameTheGroup(group, 'eu-west-1')}`,
    );
    expect(step?.commands).toContain(
      `aws ec2 terminate-instances --region eu-west-1 --instance-ids ${idOf(1)}`,
    );
  });

  test('of a Spot request is the command that cancels it', () => {
    const request = { kind: 'spot-request', name: 'sir-0123abcd' } as const;
    const { message } = new UnsettledInstancesError(source, [{ ...relaunched, group: request }]);

    expect(stepsFor(message)[0]?.advice).toContain(
      'aws ec2 cancel-spot-instance-requests --region eu-west-1 --spot-instance-request-ids sir-0123abcd',
    );
  });

  test.each([
    { ...group, name: 'web\nrm -rf /' },
    { ...group, kind: 'ec2-fleet', launchesFrom: 'lt-1; rm -rf /' },
    { ...group, kind: 'of-another-kind' },
  ])('is not told of when the message names it in a way that EC2 would not: %j', (hostile) => {
    const line = {
      error: 'UnsettledInstancesError',
      unsettled: { relaunched: [idOf(1)] },
      groups: [hostile],
    };

    const [step] = stepsFor(`Expected more.\n${JSON.stringify(line)}`);

    expect(step?.about).toBe('relaunched');
    expect(step?.advice).not.toContain('\n');
    expect(step?.advice).not.toContain('rm -rf');
  });
});

describe('what is known now goes before the cause', () => {
  test('settled by now', () => {
    const { steps, end } = whatToDo(deadLetter(), stateOf(shown(idOf(1), named)), stack);

    expect(steps).toMatchObject([{ about: 'settled by now', commands: [] }]);
    expect(end).toContain('redrive');
  });

  test('of another account or region', () => {
    const letter = deadLetter({ account: '444455556666', region: 'us-east-1' });
    const state = stateOf({ instanceId: idOf(1), kind: 'elsewhere', settled: false, foreign: true });

    const todo = whatToDo(letter, state, stack);

    expect(todo).toMatchObject({
      account: '444455556666',
      region: 'us-east-1',
      steps: [{ about: 'foreign-launch' }],
    });
    expect(todo.end).toContain('discard');
  });

  test('of a member, though it was foreign when it failed', () => {
    const letter = deadLetter({ account: '444455556666', causes: ['foreign-launch'] });
    const state = stateOf({ instanceId: idOf(1), kind: 'elsewhere', settled: false, foreign: false });

    const { steps, end } = whatToDo(letter, state, stack);

    expect(steps).toMatchObject([{ about: 'foreign no more' }]);
    expect(end).toContain('redrive');
  });

  test('no event to send again', () => {
    const { steps, end } = whatToDo({ ...deadLetter(), event: undefined }, undefined, stack);

    expect(steps).toMatchObject([{ about: 'event left out' }]);
    expect(end).toContain('discard');
  });
});

test('of a member, the commands are for its own region and role, and those of the stack are told apart', () => {
  const letter = deadLetter({ account: '444455556666', region: 'us-east-1', causes: ['denied'] });

  const { account, region, steps, end } = whatToDo(letter, stateOf(shown(idOf(1))), stack);
  const [denied] = steps;

  expect([account, region]).toEqual(['444455556666', 'us-east-1']);
  expect(denied?.commands[0]).toContain('aws ec2 describe-tags --region us-east-1 ');
  expect(denied?.commands[1]).toContain('--policy-source-arn arn:aws:iam::444455556666:role/enforce ');
  expect(denied?.stackCommands).toEqual(['npm run ops -- --region eu-west-1 doctor']);
  expect(end).toContain('--region eu-west-1 dead-letters redrive');
});

test('nothing that a shell obeys gets from a message into a command', () => {
  const hostile = "eu-west-1'; rm -rf / #";
  const letter = deadLetter({ region: hostile, causes: ['unlisted'] });

  const { steps, end } = whatToDo(letter, stateOf(shown(`${idOf(1)}$(id)`), shown(idOf(2))), stack);

  const commands = [...steps.flatMap(allCommands), end].join('\n');
  expect(commands).not.toMatch(/rm -rf|\$\(id\)/);
  expect(commands).toContain('--region REGION');
});

test('a link of the runbook is told as text', () => {
  expect(guides.expired.advice).toContain('](#event-age)');
  const { steps } = whatToDo(deadLetter({ causes: ['expired'] }), stateOf(shown(idOf(1))), stack);
  expect(steps[0]?.advice).toContain('"Event age" in docs/runbook.md');
});
