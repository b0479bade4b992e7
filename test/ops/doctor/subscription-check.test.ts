import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { beforeEach, expect, test } from 'vitest';
import { readSubscriptions } from '../../../src/ops/aws/sns-topic.ts';
import { subscriptionsResult } from '../../../src/ops/doctor/subscription-check.ts';
import { mockClient } from '../../support/mock-client.ts';

const topicArn = 'arn:aws:sns:eu-west-1:111122223333:topic';
const sns = mockClient(SNSClient);

beforeEach(() => sns.reset());

const confirmed: Subscription = { SubscriptionArn: `${topicArn}:5d7c3b1a`, Protocol: 'email' };
const pending: Subscription = { SubscriptionArn: 'PendingConfirmation', Protocol: 'email' };

test.each<[string, Subscription[][], string, RegExp]>([
  ['a subscriber that confirmed', [[pending], [confirmed]], 'ok', /^1 confirmed subscriber/],
  ['one that did not confirm', [[pending]], 'fail', /^Nobody is told: 1 subscriber .* did not confirm/],
  ['none', [[]], 'fail', /^Nobody is told: .* no subscriber/],
])('with %s, on whatever page, doctor says whether somebody is told', async (_, pages, status, found) => {
  for (const [index, Subscriptions] of pages.entries()) {
    const NextToken = index + 1 < pages.length ? `page-${index + 1}` : undefined;
    sns
      .on(ListSubscriptionsByTopicCommand, {
        TopicArn: topicArn,
        ...(index > 0 && { NextToken: `page-${index}` }),
      })
      .resolves({ Subscriptions, ...(NextToken !== undefined && { NextToken }) });
  }

  const result = subscriptionsResult(await readSubscriptions({ region: 'eu-west-1' }, topicArn), topicArn);

  expect(result.status).toBe(status);
  expect(result.found).toMatch(found);
});
