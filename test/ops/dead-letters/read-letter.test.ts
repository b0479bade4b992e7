import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../../src/enforcer/errors.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import {
  failureRecord,
  functionDeadLetterAttributes,
  owner,
  ownMessage,
  protectedError,
  queueMessage,
  secondLookRecord,
  startOf,
  undeliveredAttributes,
} from '../../support/dead-letter-messages.ts';
import { launchEvent } from '../../support/launch-events.ts';

describe('a message of this stack', () => {
  test('is the record of an invocation that failed', () => {
    const event = launchEvent();

    expect(readLetter(queueMessage(failureRecord(event)), owner)).toMatchObject({
      kind: 'dead-letter',
      origin: {
        from: 'function',
        condition: 'RetriesExhausted',
        invokeCount: 3,
        errorType: 'UnsettledInstancesError',
        errorMessage: protectedError,
      },
      causes: ['unsettled', 'protected'],
      event: JSON.stringify(event),
      contents: { kind: 'listed', instances: [{ instanceId: 'i-0123456789abcdef0' }] },
    });
  });

  test('is the record of an event that became too old before it ran, which has no response', () => {
    const { responsePayload: _, responseContext: __, ...record } = failureRecord();
    const expired = {
      ...record,
      requestContext: { functionArn: owner.launches.functionArn, condition: 'EventAgeExceeded' },
    };

    expect(readLetter(queueMessage(expired), owner)).toMatchObject({
      origin: { condition: 'EventAgeExceeded', invokeCount: undefined, errorType: undefined },
      causes: ['expired'],
      contents: { kind: 'listed' },
    });
  });

  test('is a record without its event, which Lambda leaves out when it is too large', () => {
    const { requestPayload: _, ...record } = failureRecord();

    expect(readLetter(queueMessage(record), owner)).toMatchObject({
      kind: 'dead-letter',
      event: undefined,
      contents: { kind: 'left-out' },
      causes: ['unsettled', 'protected'],
    });
  });

  test('is an event that the rule could not deliver', () => {
    const event = launchEvent();

    expect(readLetter(queueMessage(event, undeliveredAttributes), owner)).toMatchObject({
      origin: {
        from: 'rule',
        errorCode: 'NO_PERMISSIONS',
        errorMessage: undeliveredAttributes.ERROR_MESSAGE,
        exhaustedCondition: 'MaximumRetryAttempts',
        retryAttempts: '185',
      },
      causes: ['undelivered', 'NO_PERMISSIONS'],
      event: JSON.stringify(event),
      contents: { kind: 'listed' },
    });
  });

  test('is an undelivered event that was not tried again', () => {
    const { RULE_ARN, TARGET_ARN, ERROR_CODE } = undeliveredAttributes;
    const attributes = { RULE_ARN, TARGET_ARN, ERROR_CODE };

    expect(readLetter(queueMessage(launchEvent(), attributes), owner)).toMatchObject({
      origin: { from: 'rule', errorMessage: undefined, retryAttempts: undefined },
    });
  });

  test('is an event that Lambda put into a dead-letter queue', () => {
    expect(readLetter(queueMessage(launchEvent(), functionDeadLetterAttributes), owner)).toMatchObject({
      origin: {
        from: 'function-dead-letter',
        errorCode: '200',
        requestId: functionDeadLetterAttributes.RequestID,
      },
      causes: ['unsettled', 'protected'],
      contents: { kind: 'listed' },
    });
  });

  test('is told apart when its event is no event', () => {
    expect(readLetter(queueMessage(failureRecord({ hello: 'world' })), owner)).toMatchObject({
      kind: 'dead-letter',
      contents: { kind: 'invalid' },
    });
    expect(readLetter(queueMessage('{not json', undeliveredAttributes), owner)).toMatchObject({
      kind: 'dead-letter',
      event: '{not json',
      contents: { kind: 'invalid', problem: 'The event is not JSON.' },
    });
  });

  test('is told apart when its event tells of no launch', () => {
    const dryRun = launchEvent({ detail: { errorCode: 'Client.DryRunOperation' } });

    expect(readLetter(queueMessage(failureRecord(dryRun)), owner)).toMatchObject({
      contents: { kind: 'ignored', reason: 'failed-call' },
    });
  });

  test('is as old as its first failure, where a redrive has kept that', () => {
    const since = '2026-02-01T00:00:00.000Z';

    const letter = readLetter(queueMessage(failureRecord(), { FirstFailedAt: since }), owner);

    expect(letter.since).toBe(Date.parse(since));
    expect(readLetter(queueMessage(failureRecord()), owner).since).toBe(Date.parse('2026-03-01T10:15:31Z'));
  });
});

describe('a message of the second look', () => {
  test('is a start that the function gave up', () => {
    const start = startOf();

    expect(readLetter(queueMessage(secondLookRecord(start)), owner)).toMatchObject({
      kind: 'dead-letter',
      recipient: 'second-look',
      origin: { from: 'function', condition: 'NotRetryable' },
      causes: ['unsettled', 'protected'],
      event: JSON.stringify(start),
      contents: { kind: 'started', instanceId: 'i-0123456789abcdef0', startedAt: Date.parse(start.time) },
    });
  });

  test('is instances that were to be looked at later, with who launched them', () => {
    const message = ownMessage('2026-03-01T11:00:00Z', 'i-0123456789abcdef0', 'i-0123456789abcdef1');

    expect(readLetter(queueMessage(secondLookRecord(message)), owner)).toMatchObject({
      recipient: 'second-look',
      contents: {
        kind: 'instances',
        instanceIds: ['i-0123456789abcdef0', 'i-0123456789abcdef1'],
        dueAt: Date.parse('2026-03-01T11:00:00Z'),
        source: { launcher: 'arn:aws:iam::111122223333:user/lena' },
      },
    });
  });

  test('is a text that is none of its forms, and stays as it came', () => {
    const error = new InvalidEventError({ path: 'event', expected: 'JSON', received: '"{not json"' });

    expect(readLetter(queueMessage(secondLookRecord('{not json', error.message)), owner)).toMatchObject({
      recipient: 'second-look',
      causes: ['invalid-event'],
      event: '{not json',
      contents: { kind: 'invalid' },
    });
  });

  test('is a launch that Lambda gave up with its event left out, told by its own error', () => {
    const { requestPayload: _, ...record } = failureRecord();

    expect(readLetter(queueMessage(secondLookRecord(record, 'invalid')), owner)).toMatchObject({
      recipient: 'launches',
      origin: { condition: 'RetriesExhausted', errorMessage: protectedError },
      causes: ['unsettled', 'protected'],
      event: undefined,
      contents: { kind: 'left-out' },
    });
  });

  test('is a start that its rule could not deliver', () => {
    const attributes = { ...undeliveredAttributes, RULE_ARN: owner.secondLook.ruleArn };

    expect(readLetter(queueMessage(startOf(), attributes), owner)).toMatchObject({
      recipient: 'second-look',
      causes: ['undelivered', 'NO_PERMISSIONS'],
      contents: { kind: 'started' },
    });
  });

  test.each([
    ['a start', startOf(), 'started'],
    ['instances', ownMessage('2026-03-01T11:00:00Z', 'i-0123456789abcdef0'), 'instances'],
    ['a stop, which asks for nothing', startOf({ state: 'stopped' }), 'ignored'],
  ])('is %s as it was in the queue, which SQS moved when it came ten times', (_, body, kind) => {
    const attributes = { FailingSince: '2026-02-28T00:00:00.000Z' };

    expect(readLetter(queueMessage(body, attributes), owner)).toMatchObject({
      kind: 'dead-letter',
      since: Date.parse('2026-02-28T00:00:00Z'),
      recipient: 'second-look',
      origin: { from: 'second-look-queue' },
      causes: ['never-finished'],
      event: JSON.stringify(body),
      contents: { kind },
    });
  });

  test('is anything at all that SQS says it moved', () => {
    expect(readLetter(queueMessage('hello', {}, owner.secondLook.queueArn), owner)).toMatchObject({
      kind: 'dead-letter',
      causes: ['never-finished', 'invalid-event'],
      contents: { kind: 'invalid' },
    });
    expect(readLetter(queueMessage('hello', {}, 'arn:aws:sqs:eu-west-1:1:other'), owner).kind).toBe(
      'foreign',
    );
  });

  test.each([
    ['a start', startOf()],
    ['a record of its function', secondLookRecord(startOf())],
  ])('is foreign to a stack that has no second look: %s', (_, body) => {
    const older = { ...owner, secondLook: undefined };

    expect(readLetter(queueMessage(body), older).kind).toBe('foreign');
  });
});

describe('an event of a member that could not be delivered', () => {
  const rules = 'arn:aws:events:eu-west-1:111122223333:rule/name-tag-enforcer';
  const hub = {
    launches: { name: 'MemberLaunchRule', arn: `${rules}/MemberLaunchRule` },
    starts: { name: 'MemberStartRule', arn: `${rules}/MemberStartRule` },
  };

  test.each([
    ['launches', hub.launches.arn, launchEvent()],
    ['second-look', hub.starts.arn, startOf({ account: '999988887777' })],
  ])('is for the function that its rule leads to: %s', (recipient, rule, event) => {
    expect(
      readLetter(queueMessage(event, { ...undeliveredAttributes, RULE_ARN: rule }), { ...owner, hub }),
    ).toMatchObject({
      kind: 'dead-letter',
      recipient,
      origin: { from: 'rule' },
    });
  });

  test('is foreign when it is of another rule on the bus', () => {
    const attributes = { ...undeliveredAttributes, RULE_ARN: `${rules}/Other` };
    const message = queueMessage(launchEvent(), attributes);

    expect(readLetter(message, { ...owner, hub }).kind).toBe('foreign');
  });

  test('is foreign to a stack that is no hub', () => {
    const attributes = { ...undeliveredAttributes, RULE_ARN: hub.launches.arn };

    expect(readLetter(queueMessage(launchEvent(), attributes), owner).kind).toBe('foreign');
  });
});

describe('a foreign message says what it is not', () => {
  test.each([
    ['text', 'hello', {}, 'not JSON, and no attribute of EventBridge or Lambda'],
    ['other JSON', { order: 7 }, {}, 'neither a record of an invocation nor an event with its error'],
    ['an event without its error', launchEvent(), {}, 'neither a record'],
    [
      'a record of another function',
      {
        ...failureRecord(),
        requestContext: { functionArn: 'arn:aws:lambda:x:1:function:Other', condition: 'x' },
      },
      {},
      'a record of another function: arn:aws:lambda:x:1:function:Other',
    ],
    [
      'an undelivered event of another rule',
      launchEvent(),
      { ...undeliveredAttributes, RULE_ARN: 'arn:aws:events:x:1:rule/Other' },
      'an event of another rule: arn:aws:events:x:1:rule/Other',
    ],
  ])('%s', (_, body, attributes, because) => {
    const letter = readLetter(queueMessage(body, attributes), owner);

    expect(letter.kind).toBe('foreign');
    expect(letter.kind === 'foreign' && letter.because).toContain(because);
  });
});

test('any body and any attributes are read without a crash, and never taken for ours without a sign of it', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json()),
      fc.dictionary(fc.constantFrom('RULE_ARN', 'RequestID', 'ErrorCode', 'ERROR_CODE', 'x'), fc.string()),
      (body, attributes) => {
        const { kind } = readLetter(queueMessage(body, attributes), owner);
        kinds.add(kind);
        return kind === 'foreign' || ('RequestID' in attributes && 'ErrorCode' in attributes);
      },
    ),
    { numRuns: 500 },
  );

  expect([...kinds].toSorted()).toEqual(['dead-letter', 'foreign']);
});
