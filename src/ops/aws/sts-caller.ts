import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientSettings, type Connection } from './connection.ts';

/** ARN of who calls AWS over this connection. STS needs no permission for it. */
export async function readCallerArn(connection: Connection): Promise<string> {
  const answer = await new STSClient(clientSettings(connection)).send(new GetCallerIdentityCommand({}));
  return answer.Arn ?? 'unknown';
}
