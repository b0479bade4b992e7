import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLBuilder } from 'fast-xml-parser';
import type { Home } from '../../../src/enforcer/launch.ts';
import { startAwsServer, type AwsAnswer, type AwsRequest } from '../../support/aws-server.ts';
import { startAccount, type Account, type AccountParts } from './account.ts';

/** The hub's account, and its members by account: their regions are members, with what is in them. */
export interface OrganizationParts {
  readonly hub: AccountParts;
  readonly members: Readonly<Record<string, Omit<AccountParts, 'account'>>>;
  /** Further members, in which the region is switched off. */
  readonly switchedOff?: readonly Home[];
  /** What STS says, by account, instead of giving credentials. */
  readonly closed?: Readonly<Record<string, string>>;
}

export interface Organization extends Account {
  /** File of the members, for --members. */
  readonly members: string;
  /** Calls of one account, such as `ec2:DescribeInstances`, in the order in which they came. */
  callsOf(account: string): string[];
  /** Roles that were asked for. */
  roles(): string[];
}

/** The account of the hub, in `./account.ts`. */
export const hubAccount = '123456789012';

const xml = new XMLBuilder();

/** An organization on loopback: an account is known by its access key, and STS gives one of each account. */
export async function startOrganization({
  hub,
  members,
  switchedOff = [],
  closed = {},
}: OrganizationParts): Promise<Organization> {
  const home = await startAccount(hub);
  const accounts = new Map<string, Account>();
  for (const [account, parts] of Object.entries(members))
    accounts.set(account, await startAccount({ ...parts, account }));
  const switchedOn = Object.entries(members).flatMap(([account, { regions }]) =>
    Object.keys(regions).map((region) => ({ account, region })),
  );
  const places: readonly Home[] = [...switchedOn, ...switchedOff];
  const folder = await mkdtemp(join(tmpdir(), 'members-'));
  const file = join(folder, 'members.txt');
  await writeFile(file, places.map(({ account, region }) => `${account} ${region}\n`).join(''));

  const server = await startAwsServer(async (request) => {
    if (request.action === 'AssumeRole') return assumeRole(request, closed);
    if (request.action === 'ListStackInstances') return listStackInstances(places);
    return forward(request, (accounts.get(accountOf(request)) ?? home).url);
  });
  return {
    ...server,
    environment: { ...home.environment, AWS_ENDPOINT_URL: server.url },
    members: file,
    callsOf: (account) =>
      server.requests
        .filter((request) => accountOf(request) === account)
        .map(({ service, action }) => `${service}:${action}`),
    roles: () => server.requests.flatMap(({ body }) => new URLSearchParams(body).get('RoleArn') ?? []),
    async close() {
      const all = [server, home, ...accounts.values()];
      await Promise.all([
        ...all.map(async (one) => one.close()),
        rm(folder, { recursive: true, force: true }),
      ]);
    },
  };
}

function accountOf({ headers }: AwsRequest): string {
  const [, key = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return /^\d{12}$/.test(key) ? key : hubAccount;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole({ body }: AwsRequest, closed: Readonly<Record<string, string>>): AwsAnswer {
  const arn = new URLSearchParams(body).get('RoleArn') ?? '';
  const account = arn.split(':')[4] ?? '';
  const refusal = closed[account];
  if (refusal !== undefined) {
    const error = { Type: 'Sender', Code: refusal, Message: `Not to be taken on: ${arn}` };
    return { status: 403, body: xml.build({ ErrorResponse: { Error: error } }) };
  }
  const Credentials = {
    AccessKeyId: account,
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
  return { body: xml.build({ AssumeRoleResponse: { AssumeRoleResult: { Credentials } } }) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html */
function listStackInstances(places: readonly Home[]): AwsAnswer {
  const member = places.map(({ account, region }) => ({
    Account: account,
    Region: region,
    Status: 'CURRENT',
  }));
  const result = { Summaries: { member } };
  return { body: xml.build({ ListStackInstancesResponse: { ListStackInstancesResult: result } }) };
}

async function forward({ headers, body, url }: AwsRequest, to: string): Promise<AwsAnswer> {
  const kept = ['authorization', 'content-type', 'x-amz-target'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await fetch(new URL(url.pathname, to), {
    method: 'POST',
    body,
    headers: Object.fromEntries(kept),
  });
  return { status: answer.status, body: await answer.text() };
}
