import { startAwsServer, type AwsServer } from './aws-server.ts';

/**
 * STS on loopback, which lets the hub into every account but these. A session is known by its token, `of-ACCOUNT`.
 *
 * @param shut may be changed while it runs
 */
export async function startSts(shut: ReadonlySet<string>): Promise<AwsServer> {
  return startAwsServer(({ body }) => {
    const [, account = ''] = /::(\d{12}):/.exec(new URLSearchParams(body).get('RoleArn') ?? '') ?? [];
    if (shut.has(account))
      return {
        status: 403,
        body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
      };
    return {
      body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>
        <SecretAccessKey>secret</SecretAccessKey><SessionToken>of-${account}</SessionToken>
        <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
  });
}
