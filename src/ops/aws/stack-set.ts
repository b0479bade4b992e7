import { CloudFormationClient, paginateListStackInstances } from '@aws-sdk/client-cloudformation';
import type { CallAs, StackInstanceSummary } from '@aws-sdk/client-cloudformation';
import { clientSettings, type Connection } from './connection.ts';

/** A stack that a stack set makes in an account and region. */
export interface StackInstance {
  readonly account: string;
  readonly region: string;
  /**
   * `CURRENT`: as the stack set has it. `OUTDATED`: of an older version, or its deployment failed. `INOPERABLE`: to be
   * deleted by hand.
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html
   */
  readonly status: string;
  /** Why it is not current, in AWS's words. */
  readonly reason: string | undefined;
}

/**
 * The stacks of a stack set, through the AWS SDK: those that the caller sees as the one who administers it, or else as a
 * delegated administrator.
 *
 * @returns undefined when the caller sees no such stack set
 */
export async function readStackInstances(
  connection: Connection,
  stackSetName: string,
): Promise<StackInstance[] | undefined> {
  const client = new CloudFormationClient(clientSettings(connection));
  const callers: readonly CallAs[] = ['SELF', 'DELEGATED_ADMIN'];
  for (const CallAs of callers) {
    try {
      const instances: StackInstance[] = [];
      const input = { StackSetName: stackSetName, CallAs };
      for await (const page of paginateListStackInstances({ client, pageSize: 100 }, input))
        instances.push(...(page.Summaries ?? []).flatMap(readInstance));
      return instances;
    } catch (error) {
      if (!isNotSeen(error)) throw error;
    }
  }
  return undefined;
}

function readInstance(summary: StackInstanceSummary): StackInstance[] {
  const { Account: account, Region: region, Status: status = 'UNKNOWN', StatusReason: reason } = summary;
  return account === undefined || region === undefined ? [] : [{ account, region, status, reason }];
}

/** A caller who is no delegated administrator may not ask as one, which CloudFormation calls a ValidationError. */
function isNotSeen(error: unknown): boolean {
  return error instanceof Error && /^(StackSetNotFound|ValidationError)/.test(error.name);
}
