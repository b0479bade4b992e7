import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { cloudWatchLogs, eventBridge, iam, lambda, sqs } from './clients.ts';

/** Names of everything there is of the kinds that the template makes. Local AWS has few enough for one page each. */
export async function inventory(): Promise<string[]> {
  const [functions, rules, queues, roles, logGroups] = await Promise.all([
    lambda.send(new ListFunctionsCommand({})),
    eventBridge.send(new ListRulesCommand({})),
    sqs.send(new ListQueuesCommand({})),
    iam.send(new ListRolesCommand({})),
    cloudWatchLogs.send(new DescribeLogGroupsCommand({})),
  ]);
  return [
    ...(functions.Functions ?? []).map(({ FunctionName: name }) => `function ${name}`),
    ...(rules.Rules ?? []).map(({ Name: name }) => `rule ${name}`),
    ...(queues.QueueUrls ?? []).map((url) => `queue ${url}`),
    ...(roles.Roles ?? []).map(({ RoleName: name }) => `role ${name}`),
    ...(logGroups.logGroups ?? []).map(({ logGroupName: name }) => `log group ${name}`),
  ].toSorted();
}
