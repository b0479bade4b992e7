import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../../src/local/aws/paths.ts';
import { localAws } from './clients.ts';
import type { Outputs } from './stack.ts';

/** The organization of all accounts of local AWS but those that begin with a nine: src/local/aws/emulators/accounts.py. */
export const organizationId = 'o-localaws01';

/** What a person of a member sees of local AWS. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly ec2: EC2Client;
  readonly eventBridge: EventBridgeClient;
  readonly cloudFormation: CloudFormationClient;
  readonly iam: IAMClient;
  readonly sqs: SQSClient;
}

/** An account is known by its access key. */
export function placeOf(account: string, region: string): Place {
  const settings = {
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
    endpoint: localAws.aws,
  };
  return {
    account,
    region,
    ec2: new EC2Client({ ...settings, endpoint: localAws.ec2 }),
    eventBridge: new EventBridgeClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    iam: new IAMClient(settings),
    sqs: new SQSClient(settings),
  };
}

const stackName = 'name-tag-enforcer-member';
const waiting = { maxWaitTime: 60, minDelay: 1, maxDelay: 1 };

/** Deploys `organization/member.yaml`, as a stack set does in each account and region. */
export async function joinHub(place: Place, hub: Outputs, roleRegion: string): Promise<void> {
  await place.cloudFormation.send(new CreateStackCommand(await memberStack(hub, roleRegion)));
  await waitUntilStackCreateComplete({ client: place.cloudFormation, ...waiting }, { StackName: stackName });
}

/** Deploys it again, with the role in another region. */
export async function moveRole(place: Place, hub: Outputs, roleRegion: string): Promise<void> {
  await place.cloudFormation.send(new UpdateStackCommand(await memberStack(hub, roleRegion)));
  await waitUntilStackUpdateComplete({ client: place.cloudFormation, ...waiting }, { StackName: stackName });
}

export async function leaveHub({ cloudFormation }: Place): Promise<void> {
  await cloudFormation.send(new DeleteStackCommand({ StackName: stackName }));
  await waitUntilStackDeleteComplete({ client: cloudFormation, ...waiting }, { StackName: stackName });
}

async function memberStack(hub: Outputs, roleRegion: string) {
  const parameters = {
    OrganizationId: organizationId,
    HubBusArn: hub.OrganizationBusArn,
    HubLaunchRoleArn: hub.RoleArn,
    HubSecondLookRoleArn: hub.SecondLookRoleArn,
    RoleRegion: roleRegion,
  };
  return {
    StackName: stackName,
    TemplateBody: await readFile(join(projectRoot, 'organization/member.yaml'), 'utf8'),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
}
