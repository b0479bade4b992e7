import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { noticeOf } from '../../../src/notices/notice.ts';
import { idOf, source } from '../../support/launches.ts';
import { eventBridge } from '../support/clients.ts';
import { soon } from '../support/fates.ts';

/** What of `docs/chat-hook.yaml` EventBridge is asked for. MiniStack's CloudFormation knows no API destination. */
const Hook = v.object({
  Resources: v.object({
    Rule: v.object({
      Properties: v.object({
        EventPattern: v.record(v.string(), v.unknown()),
        Targets: v.tuple([
          v.looseObject({
            InputTransformer: v.object({
              InputPathsMap: v.record(v.string(), v.string()),
              InputTemplate: v.string(),
            }),
          }),
        ]),
      }),
    }),
    Connection: v.object({
      Properties: v.object({
        AuthorizationType: v.literal('API_KEY'),
        AuthParameters: v.object({
          ApiKeyAuthParameters: v.object({ ApiKeyName: v.string(), ApiKeyValue: v.string() }),
        }),
      }),
    }),
  }),
});

const file = readFileSync(new URL('../../../docs/chat-hook.yaml', import.meta.url), 'utf8');
const { Resources: hook } = v.parse(Hook, parse(file, { logLevel: 'error' }));

test('the chat hook of the documentation posts a notice to the channel, as one message of two lines', async () => {
  const posted: unknown[] = [];
  const channel = createServer((request, response) => {
    void (async () => {
      posted.push(JSON.parse(await text(request)));
      response.end('ok');
    })();
  });
  await new Promise<void>((resolve) => void channel.listen(0, '127.0.0.1', resolve));
  const address = channel.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await hookTo(`http://127.0.0.1:${port}/webhook`);

  const { detail, detailType } = noticeOf({
    source: { ...source, launchedWith: 'console' },
    instances: [{ instanceId: idOf(1), outcome: 'terminated', reason: 'empty-name-tag' }],
    at: Date.now(),
  });
  await eventBridge.send(
    new PutEventsCommand({
      Entries: [
        { Source: 'ec2-name-tag-enforcer', DetailType: detailType, Detail: JSON.stringify(detail) },
        { Source: 'payroll', DetailType: detailType, Detail: JSON.stringify(detail) },
      ],
    }),
  );

  await expect.poll(() => posted, soon).toHaveLength(1);
  await eventBridge.send(new RemoveTargetsCommand({ Rule: 'chat', Ids: ['Chat'] }));
  channel.close();
  expect(posted).toEqual([{ text: `${detail.summary}\n${detail.why} ${detail.when} ${detail.howToAvoid}` }]);
});

async function hookTo(url: string): Promise<void> {
  const { Targets, EventPattern } = hook.Rule.Properties;
  const { ConnectionArn } = await eventBridge.send(
    new CreateConnectionCommand({ Name: 'chat', ...hook.Connection.Properties }),
  );
  const { ApiDestinationArn } = await eventBridge.send(
    new CreateApiDestinationCommand({
      Name: 'chat',
      ConnectionArn,
      HttpMethod: 'POST',
      InvocationEndpoint: url,
    }),
  );
  await eventBridge.send(new PutRuleCommand({ Name: 'chat', EventPattern: JSON.stringify(EventPattern) }));
  await eventBridge.send(
    new PutTargetsCommand({
      Rule: 'chat',
      Targets: [{ Id: 'Chat', Arn: ApiDestinationArn, InputTransformer: Targets[0].InputTransformer }],
    }),
  );
}
