import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TerminateReason } from '../../src/enforcer/judge.ts';
import { noticeOf } from '../../src/notices/notice.ts';
import type { ToldOutcome, NoticeContent } from '../../src/notices/notifier.ts';
import { idOf, idsUpTo, source } from '../support/launches.ts';
import { schemaFaults } from '../support/notice-schema.ts';

const at = Date.UTC(2026, 2, 1, 9, 0, 4);

/** The notice of a launch that lost these instances. */
const noticed = (parts: Partial<NoticeContent> = {}) =>
  noticeOf({ source, instances: [terminated(1)], at, ...parts });

function terminated(number: number, reason: TerminateReason = 'no-name-tag'): ToldOutcome {
  return { instanceId: idOf(number), outcome: 'terminated', reason };
}

describe('a notice', () => {
  test('tells who launched what, with what, where and when, why it is gone, and how to avoid it', () => {
    const notice = noticed({ source: { ...source, launchedWith: 'console' } });

    expect(notice).toEqual({
      detailType: 'Nameless Instance Terminated',
      detail: {
        version: '1',
        launcher: { arn: 'arn:aws:iam::111122223333:user/ada', name: 'ada' },
        launchedWith: 'console',
        invokedBy: null,
        group: null,
        account: '111122223333',
        region: 'eu-central-1',
        launchedAt: '2026-03-01T09:00:00.000Z',
        terminatedAt: '2026-03-01T09:00:04.000Z',
        dueAt: null,
        when: 'Terminated at 2026-03-01T09:00:04.000Z.',
        reservationId: source.reservationId,
        eventId: source.eventId,
        instanceCount: 1,
        instanceIds: [idOf(1)],
        reasons: ['no-name-tag'],
        summary: `ada launched an EC2 instance without a name in account 111122223333, region eu-central-1: ${idOf(1)} was terminated.`,
        why: 'Every instance must have a tag with the key Name, written just so, and there was none.',
        howKnown: `Launched by arn:aws:iam::111122223333:user/ada, with: console. CloudTrail's event history has the launch as event ${source.eventId}.`,
        howToAvoid:
          'Fill in Name, under Name and tags, when you launch in the console. A name that is given after the launch may come too late.',
      },
    });
  });

  test('in report mode says what would have been', () => {
    const notice = noticed({
      instances: [{ instanceId: idOf(1), outcome: 'would-terminate', reason: 'no-name-tag' }],
    });

    expect(notice.detailType).toBe('Nameless Instance Would Be Terminated');
    expect(notice.detail.when).toBe('Would have been terminated at 2026-03-01T09:00:04.000Z.');
    expect(notice.detail.summary).toBe(
      `ada launched an EC2 instance without a name in account 111122223333, region eu-central-1: ${idOf(1)} would have been terminated, were it not for report mode.`,
    );
  });

  test('of what a group would launch again names the group, with the command that names what it launches', () => {
    const group = { kind: 'auto-scaling-group', name: 'web' } as const;
    const left = { instanceId: idOf(1), outcome: 'failed', reason: 'relaunched', group } as const;

    const { detailType, detail } = noticed({ instances: [left] });

    expect(detailType).toBe('Nameless Instance Launched Again');
    expect(detail).toMatchObject({ group, terminatedAt: null, reasons: ['relaunched'] });
    expect(detail.summary).toContain(
      `by the Auto Scaling group web: ${idOf(1)} was left alone, since it would only be launched again.`,
    );
    expect(detail.howToAvoid).toContain(
      'aws autoscaling create-or-update-tags --region eu-central-1 --tags ResourceId=web,',
    );
    expect(noticed({ instances: [{ ...left, group: { ...group, name: 'a, "b"' } }] }).detail.howToAvoid).toBe(
      "Name what the Auto Scaling group a, 'b' launches.",
    );
  });

  test('of a name that was given tells the name, and how to give another', () => {
    const { detailType, detail } = noticed({
      instances: [{ instanceId: idOf(1), outcome: 'named', reason: 'no-name-tag', name: 'ada-00000001' }],
    });

    expect(detailType).toBe('Nameless Instance Named');
    expect(detail.summary).toContain(`${idOf(1)} was given the name ada-00000001.`);
    expect(detail.when).toContain('For another name, run aws ec2 create-tags --region eu-central-1');
  });

  test('of a kill that is to come says when it comes, and by which command it does not', () => {
    const dueAt = Date.UTC(2026, 2, 1, 10);
    const postponed = [1, 2].map((number): ToldOutcome => ({
      instanceId: idOf(number),
      outcome: 'postponed',
      reason: 'no-name-tag',
      dueAt,
      mode: 'terminate',
    }));

    const { detailType, detail } = noticed({ instances: postponed });

    expect(detailType).toBe('Nameless Instance Will Be Terminated');
    expect(detail).toMatchObject({ terminatedAt: null, dueAt: '2026-03-01T10:00:00.000Z' });
    expect(detail.summary).toBe(
      `ada launched 2 EC2 instances without a name in account 111122223333, region eu-central-1: ${idOf(1)}, ${idOf(2)} will be terminated unless they are named.`,
    );
    expect(detail.when).toBe(
      `To keep them, run aws ec2 create-tags --region eu-central-1 --resources ${idOf(1)} ${idOf(2)} --tags Key=Name,Value=web-1 with your own name for web-1 before 2026-03-01T10:00:00.000Z.`,
    );
  });

  test("of what EC2's own signal alone tells of says so", () => {
    const { detail } = noticed({ source: { ...source, launcher: undefined, eventId: undefined } });

    expect(detail.summary).toMatch(/^Somebody launched an EC2 instance without a name/);
    expect(detail.howKnown).toBe("EC2's own signal alone told of it, which does not say who launched.");
  });

  test('of several instances gives each reason once', () => {
    const instances = [terminated(1), terminated(2, 'empty-name-tag'), terminated(3)];

    const { detail } = noticed({ instances });

    expect(detail.reasons).toEqual(['empty-name-tag', 'no-name-tag']);
    expect(detail.why).toMatch(/value was empty\. .* there was none\.$/);
    expect(detail.summary).toContain('ada launched 3 EC2 instances');
    expect(detail.summary).toMatch(/ were terminated\.$/);
  });

  test('tells of a kill when there is one, whatever else there is', () => {
    const notice = noticed({
      instances: [terminated(1), { instanceId: idOf(2), outcome: 'would-terminate', reason: 'no-name-tag' }],
    });

    expect(notice.detailType).toBe('Nameless Instance Terminated');
  });

  test('of ten instances names each in its summary, and counts no others', () => {
    const { detail } = noticed({ instances: Array.from({ length: 10 }, (_, index) => terminated(index)) });

    expect(detail.summary).toContain(`${idOf(8)}, ${idOf(9)} were terminated.`);
  });

  test('has texts of one line without quotes, cut to 2,048 characters', () => {
    const { detail } = noticed({
      source: { ...source, launcher: `"a\nb\\${'c'.repeat(3_000)}`, account: 'd'.repeat(2_048) },
    });

    expect(detail.launcher.arn).toBe(`'a'b'${'c'.repeat(2_040)}...`);
    expect(detail.account).toBe('d'.repeat(2_048));
  });

  test('names ten instances in its summary, and counts the others', () => {
    const { detail } = noticed({ instances: Array.from({ length: 12 }, (_, index) => terminated(index)) });

    expect(detail.summary).toContain(`${idOf(9)} and 2 more were terminated`);
    expect(detail.summary).not.toContain(idOf(10));
    expect(detail.instanceIds).toHaveLength(12);
  });

  test('shows null for what the event did not show', () => {
    const { detail } = noticed({
      source: {
        eventId: undefined,
        account: undefined,
        region: undefined,
        launcher: undefined,
        invokedBy: undefined,
        launchedWith: 'unknown',
        launchedAt: undefined,
        reservationId: undefined,
      },
    });

    expect(detail).toMatchObject({ launcher: { arn: null, name: 'unknown' }, launchedAt: null });
    expect(detail.summary).toContain(
      'Somebody launched an EC2 instance without a name in account unknown, region unknown: ',
    );
    expect(schemaFaults(detail)).toEqual([]);
  });
});

describe('the schema in docs/notice.schema.json', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('"', '\n', '\\', '\u2028', '', '\uD800', '"'.repeat(5_000)),
  );
  const shown = fc.option(text, { nil: undefined });
  const anyContent = fc.record({
    source: fc.record({
      eventId: shown,
      account: shown,
      region: shown,
      launcher: fc.oneof(shown, fc.constant(source.launcher)),
      invokedBy: shown,
      launchedWith: fc.constantFrom('console', 'command-line', 'terraform', 'sdk', 'service', 'unknown'),
      launchedAt: fc.option(fc.integer({ min: 0, max: at }), { nil: undefined }),
      reservationId: shown,
    }),
    instances: fc
      .array(fc.constantFrom('no-name-tag' as const, 'empty-name-tag' as const), { minLength: 1 })
      .map((reasons) => reasons.map((reason, index) => terminated(index, reason))),
    at: fc.constant(at),
  });

  test('holds for every notice, whatever the event shows', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(schemaFaults(JSON.parse(JSON.stringify(noticeOf(content).detail)))).toEqual([]);
      }),
    );
  });

  test('refuses what is no notice', () => {
    const { detail } = noticed();

    expect(schemaFaults({ ...detail, version: '2' })).not.toEqual([]);
    expect(schemaFaults({ ...detail, instanceIds: [] })).not.toEqual([]);
    expect(schemaFaults({ ...detail, summary: 'two\nlines' })).not.toEqual([]);
    expect(schemaFaults({ ...detail, launcher: undefined })).not.toEqual([]);
  });
});

test('a notice of 20,000 instances, of the longest texts, is an event of less than 256 KB', () => {
  const long = '\u{1F600}"'.repeat(100_000);
  const instances = Array.from({ length: 20_000 }, (_, index) => terminated(index + 1));
  const shown = { eventId: long, account: long, region: long, launcher: long, invokedBy: long };

  const { detail, detailType } = noticed({
    instances,
    source: { ...source, ...shown, launchedWith: 'service', reservationId: long },
  });

  expect(detail.instanceCount).toBe(20_000);
  expect(detail.instanceIds).toEqual(idsUpTo(1_000));
  expect(Buffer.byteLength(JSON.stringify(detail)) + detailType.length).toBeLessThan(128_000);
  expect(schemaFaults(detail)).toEqual([]);
});
