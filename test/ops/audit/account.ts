import { createHash } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import * as v from 'valibot';
import type { NewInstance } from '../../../src/local/ec2/fleet-state.ts';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { secondLookOutputs } from '../../support/ops-stack.ts';
import { startAwsServer, type AwsAnswer, type AwsRequest, type AwsServer } from '../../support/aws-server.ts';

/** A launch of one instance, in epoch milliseconds; now, if left out. */
type LaunchedInstance = NewInstance & { readonly launchedAt?: number };

/** What there is in an account, by region, and how AWS refuses. */
export interface AccountParts {
  /** Its number; `123456789012`, if left out. */
  readonly account?: string;
  /** Instances of each region, each a launch of its own. A region that is not here is not enabled. */
  readonly regions: Readonly<Record<string, readonly LaunchedInstance[]>>;
  /** Who launched what, as CloudTrail's event history shows it: ARNs by instance id. */
  readonly launchers?: Readonly<Record<string, string>>;
  /** The stack's parameter `ExemptTagKeys`; without it there is no stack. */
  readonly exemptTagKeys?: string;
  /** Further parameters of the stack. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether the stack is of a template that has no second look yet. */
  readonly isOlder?: boolean;
  /** Lines of the functions' log. */
  readonly log?: readonly { readonly timestamp: number; readonly message: string }[];
  /** How Lambda shows the functions of the stack, where it is asked for. */
  readonly lambda?: (request: AwsRequest) => AwsAnswer;
  /** Operations that are denied, as `eu-west-1 DescribeInstances`. */
  readonly denied?: readonly string[];
}

export interface Account extends AwsServer {
  readonly environment: Readonly<Record<string, string>>;
}

const xml = new XMLBuilder();
const Lookup = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    LookupAttributes: v.tuple([v.object({ AttributeValue: v.string() })]),
    NextToken: v.optional(v.string()),
  }),
);

/** What is in each queue. */
const depth = {
  ApproximateNumberOfMessages: '1',
  ApproximateNumberOfMessagesNotVisible: '2',
  ApproximateNumberOfMessagesDelayed: '30',
};

const SentBatch = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    QueueUrl: v.string(),
    Entries: v.array(v.object({ Id: v.string(), MessageBody: v.string(), DelaySeconds: v.number() })),
  }),
);

/** An AWS account on loopback: the embedded EC2 endpoint for each region, and what of other services an audit asks. */
export async function startAccount(parts: AccountParts): Promise<Account> {
  const endpoints = new Map<string, Ec2Endpoint>();
  for (const [region, instances] of Object.entries(parts.regions)) {
    const endpoint = await startEc2Endpoint({
      region,
      account: parts.account ?? '123456789012',
      durations: { pending: 0, stopping: 0 },
    });
    for (const instance of instances)
      endpoint.fleet.add({ instances: [instance], launchedAt: instance.launchedAt });
    endpoints.set(region, endpoint);
  }

  const server = await startAwsServer(async (request) => {
    const { region, action = 'unknown' } = request;
    const endpoint = endpoints.get(region);
    if (endpoint === undefined)
      return ec2Error(401, 'AuthFailure', 'AWS was not able to validate the credentials');
    if (parts.denied?.includes(`${region} ${action}`)) return denied(action);
    switch (action) {
      case 'DescribeRegions':
        return { body: xml.build({ DescribeRegionsResponse: { regionInfo: { item: regionItems(parts) } } }) };
      case 'DescribeStacks':
        return describeStacks(parts);
      case 'LookupEvents':
        return lookupEvents(request, parts.launchers ?? {});
      case 'GetCallerIdentity': {
        const result = { Arn: 'arn:aws:iam::123456789012:user/lena' };
        return { body: xml.build({ GetCallerIdentityResponse: { GetCallerIdentityResult: result } }) };
      }
      case 'CreateLogStream':
      case 'PutLogEvents':
        return { body: '{}' };
      case 'FilterLogEvents':
        return { body: JSON.stringify({ events: parts.log ?? [] }) };
      case 'GetQueueAttributes':
        return { body: JSON.stringify({ Attributes: depth }) };
      case 'SendMessageBatch':
        return sendMessageBatch(request);
      default:
        if (parts.lambda !== undefined && request.service === 'lambda') return parts.lambda(request);
        return forward(request, endpoint.url);
    }
  });
  return {
    ...server,
    environment: {
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: Object.keys(parts.regions)[0] ?? 'eu-west-1',
    },
    async close() {
      await Promise.all([
        server.close(),
        ...[...endpoints.values()].map(async (endpoint) => endpoint.close()),
      ]);
    },
  };
}

function regionItems({ regions }: AccountParts): object[] {
  return Object.keys(regions).map((regionName) => ({ regionName, optInStatus: 'opted-in' }));
}

async function forward({ headers, body }: AwsRequest, url: string): Promise<AwsAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': headers['content-type'] ?? '', authorization: headers.authorization ?? '' },
  });
  return { status: answer.status, body: await answer.text() };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
function describeStacks({ exemptTagKeys, parameters = {}, isOlder = false }: AccountParts): AwsAnswer {
  if (exemptTagKeys === undefined) {
    const error = { Type: 'Sender', Code: 'ValidationError', Message: 'Stack with id it does not exist' };
    return { status: 400, body: xml.build({ ErrorResponse: { Error: error } }) };
  }
  const outputs = {
    FunctionName: 'enforce',
    FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:enforce',
    RoleArn: 'arn:aws:iam::123456789012:role/enforce',
    LogGroupName: '/aws/lambda/enforce',
    RuleName: 'launches',
    RuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/launches',
    DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters',
    DeadLetterQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:dead-letters',
    Mode: 'report',
    MetricsNamespace: 'Ec2NameTagEnforcer',
    NotificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:topic',
    ...(isOlder ? {} : secondLookOutputs),
  };
  const set = { ExemptTagKeys: exemptTagKeys, ...parameters };
  const stack = {
    StackName: 'ec2-name-tag-enforcer',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/ec2-name-tag-enforcer/1',
    StackStatus: 'CREATE_COMPLETE',
    CreationTime: '2026-03-01T09:00:00Z',
    Parameters: {
      member: Object.entries(set).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    },
    Outputs: {
      member: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  };
  return {
    body: xml.build({ DescribeStacksResponse: { DescribeStacksResult: { Stacks: { member: stack } } } }),
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
function sendMessageBatch({ body }: AwsRequest): AwsAnswer {
  const Successful = v.parse(SentBatch, body).Entries.map(({ Id, MessageBody }) => {
    return { Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
  });
  return { body: JSON.stringify({ Successful }) };
}

/** The messages that were sent to a queue, as far as the tests look at them. */
export function sentMessages({ requests }: AwsServer): v.InferOutput<typeof SentBatch>['Entries'] {
  return requests
    .filter(({ action }) => action === 'SendMessageBatch')
    .flatMap(({ body }) => v.parse(SentBatch, body).Entries);
}

/**
 * The launch of an instance is on the second page, after what was done to it later.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
function lookupEvents({ body }: AwsRequest, launchers: Readonly<Record<string, string>>): AwsAnswer {
  const { LookupAttributes, NextToken } = v.parse(Lookup, body);
  const arn = launchers[LookupAttributes[0].AttributeValue];
  if (arn === undefined) return { body: '{"Events":[]}' };
  if (NextToken === undefined) {
    return {
      body: JSON.stringify({ Events: [{ EventName: 'ModifyInstanceAttribute' }], NextToken: 'next' }),
    };
  }
  const event = { EventName: 'RunInstances', CloudTrailEvent: JSON.stringify({ userIdentity: { arn } }) };
  return { body: JSON.stringify({ Events: [event] }) };
}

function denied(action: string): AwsAnswer {
  if (action === 'LookupEvents') {
    const body = { __type: 'AccessDeniedException', Message: 'User is not authorized' };
    return { status: 400, body: JSON.stringify(body) };
  }
  return ec2Error(403, 'UnauthorizedOperation', 'You are not authorized to perform this operation.');
}

function ec2Error(status: number, code: string, message: string): AwsAnswer {
  return { status, body: xml.build({ Response: { Errors: { Error: { Code: code, Message: message } } } }) };
}
