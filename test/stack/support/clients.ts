import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { credentials, region } from '../setup/environment.ts';

export const localAws = inject('localAws');

const settings = { region, credentials, endpoint: localAws.aws };

/** A person's view of local AWS: the AWS SDK's clients, pointed at it. */
export const cloudWatch = new CloudWatchClient(settings);
export const cloudWatchLogs = new CloudWatchLogsClient(settings);
export const eventBridge = new EventBridgeClient(settings);
export const iam = new IAMClient(settings);
export const lambda = new LambdaClient(settings);
export const sns = new SNSClient(settings);
export const sqs = new SQSClient(settings);
export const ec2 = new EC2Client({ ...settings, endpoint: localAws.ec2 });
