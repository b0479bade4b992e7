import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/*
 * CloudTrail log files of any size, made up from the record's number alone, so that one knows what totals to expect.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */

const accounts = ['111122223333', '444455556666'] as const;
const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-2'] as const;
const roles = ['deploy', 'AWSServiceRoleForAutoScaling', 'batch', 'sandbox', 'ci'] as const;

/** What record number `index` is: of seven in a row, three nameless, three named and one failed. */
export function kindOf(index: number): 'nameless' | 'empty-name' | 'named' | 'failed' {
  const place = index % 7;
  if (place === 6) return 'failed';
  if (place === 2) return 'empty-name';
  return place % 2 === 0 ? 'nameless' : 'named';
}

export function accountOf(index: number): string {
  return pick(accounts, index);
}

export function regionOf(index: number): string {
  return pick(regions, index);
}

export function roleOf(index: number): string {
  return pick(roles, index);
}

/** A `RunInstances` record of about 2 KB, as CloudTrail writes it, with a session of its own. */
export function runInstancesRecord(index: number): Record<string, unknown> {
  const [account, region, role, kind] = [accountOf(index), regionOf(index), roleOf(index), kindOf(index)];
  const tags = tagsOf(kind, index);
  const instanceId = `i-${index.toString(16).padStart(17, '0')}`;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLEEXAMPLE:session-${index}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/session-${index}`,
      accountId: account,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/${role}`, userName: role },
        attributes: { creationDate: '2026-03-01T08:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: new Date(Date.UTC(2026, 2, 1) + index * 1000).toISOString().replace('.000Z', 'Z'),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    awsRegion: region,
    sourceIPAddress: '192.0.2.10',
    userAgent: 'Mozilla/5.0 {"looks":"like JSON"} \\ and "quotes", [brackets]',
    ...(kind === 'failed' && {
      errorCode: 'Client.DryRunOperation',
      errorMessage: 'Request would have succeeded',
    }),
    requestParameters: {
      instancesSet: { items: [{ imageId: 'ami-0a1b2c3d4e5f60718', minCount: 1, maxCount: 1 }] },
      instanceType: 'm7g.large',
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      clientToken: `token-${index}`,
      tagSpecificationSet: { items: [{ resourceType: 'instance', tags }] },
    },
    responseElements: kind === 'failed' ? null : responseElements(instanceId, account, region, index, tags),
    requestID: `5f0c9d3e-0000-4000-8000-${index.toString().padStart(12, '0')}`,
    eventID: `7a1d2c4b-0000-4000-8000-${index.toString().padStart(12, '0')}`,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3', clientProvidedHostHeader: `ec2.${region}.amazonaws.com` },
  };
}

/** A record of another call, of which logs are full. */
export function otherRecord(index: number): Record<string, unknown> {
  return {
    ...runInstancesRecord(index),
    eventName: 'DescribeInstances',
    requestParameters: { instancesSet: {}, filterSet: {} },
    responseElements: null,
    readOnly: true,
  };
}

/** The text of a log file with these records. */
export function logText(records: readonly unknown[]): string {
  return JSON.stringify({ Records: records });
}

/** Writes a log file of `RunInstances` records, compressed if its name ends in `.gz`, holding a few at a time. */
export async function writeLogFile(path: string, first: number, count: number): Promise<void> {
  const text = Readable.from(logChunks(first, count), { objectMode: false });
  const file = createWriteStream(path);
  if (path.endsWith('.gz')) await pipeline(text, createGzip({ level: 1 }), file);
  else await pipeline(text, file);
}

function* logChunks(first: number, count: number): Generator<string, void> {
  yield '{"Records":[';
  let chunk = '';
  for (let index = first; index < first + count; index++) {
    chunk += (index === first ? '' : ',') + JSON.stringify(runInstancesRecord(index));
    if (chunk.length < 100_000) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}]}`;
}

function tagsOf(kind: ReturnType<typeof kindOf>, index: number): readonly object[] {
  const owner = { key: 'Owner', value: `team-${index % 50}` };
  if (kind === 'named') return [owner, { key: 'Name', value: `web-${index}` }];
  return kind === 'empty-name' ? [owner, { key: 'Name', value: '' }] : [owner];
}

function responseElements(
  instanceId: string,
  account: string,
  region: string,
  index: number,
  tags: readonly object[],
): object {
  return {
    requestId: `5f0c9d3e-0000-4000-8000-${index.toString().padStart(12, '0')}`,
    reservationId: `r-${index.toString(16).padStart(17, '0')}`,
    ownerId: account,
    groupSet: {},
    instancesSet: {
      items: [
        {
          instanceId,
          imageId: 'ami-0a1b2c3d4e5f60718',
          instanceState: { code: 0, name: 'pending' },
          privateDnsName: `ip-10-0-0-1.${region}.compute.internal`,
          amiLaunchIndex: 0,
          productCodes: {},
          instanceType: 'm7g.large',
          launchTime: Date.UTC(2026, 2, 1) + index * 1000,
          placement: { availabilityZone: `${region}a`, tenancy: 'default' },
          monitoring: { state: 'disabled' },
          subnetId: 'subnet-0a1b2c3d4e5f60718',
          vpcId: 'vpc-0a1b2c3d4e5f60718',
          privateIpAddress: '10.0.0.1',
          architecture: 'arm64',
          rootDeviceType: 'ebs',
          rootDeviceName: '/dev/xvda',
          blockDeviceMapping: {},
          virtualizationType: 'hvm',
          hypervisor: 'xen',
          tagSet: { items: tags },
          groupSet: { items: [{ groupId: 'sg-0a1b2c3d4e5f60718', groupName: 'default' }] },
          ebsOptimized: true,
        },
      ],
    },
  };
}

function pick(values: readonly [string, ...string[]], index: number): string {
  return values[index % values.length] ?? values[0];
}
