import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { noticeOf } from '../../src/notices/notice.ts';

test('the example in docs/notices.md is the notice of that launch', () => {
  const page = readFileSync(new URL('../../docs/notices.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n(\{\n {2}"version": "1",[^]+?\n\})\n```/.exec(page) ?? [];

  const { detail } = noticeOf({
    source: {
      eventId: '0d7c6a8e-6c0e-4a41-9f57-6a1f0e2d9c11',
      account: '111122223333',
      region: 'eu-west-1',
      launcher: 'arn:aws:iam::111122223333:user/lena',
      invokedBy: undefined,
      launchedWith: 'console',
      launchedAt: Date.UTC(2026, 2, 1, 9),
      reservationId: 'r-0a1b2c3d4e5f60718',
    },
    instances: [{ instanceId: 'i-0123456789abcdef0', outcome: 'terminated', reason: 'no-name-tag' }],
    at: Date.UTC(2026, 2, 1, 9, 0, 4),
  });

  expect(JSON.parse(example)).toEqual({ ...detail, stack: 'ec2-name-tag-enforcer' });
});
