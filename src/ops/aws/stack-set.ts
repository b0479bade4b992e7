import { CloudFormationClient, paginateListStackInstances } from '@aws-sdk/client-cloudformation';
import type { CallAs, StackInstanceSummary } from '@aws-sdk/client-cloudformation';
import { oneLineOf } from '../../aws/one-line.ts';
import { clientSettings, type Connection } from './connection.ts';

const callers: readonly CallAs[] = ['SELF', 'DELEGATED_ADMIN'];

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

/** The stacks of a stack set, or in AWS's words why the caller does not see it. */
export type StackSetSeen =
  | { readonly kind: 'seen'; readonly instances: readonly StackInstance[] }
  | { readonly kind: 'not-seen'; readonly detail: string };

/**
 * The stacks of a stack set, through the AWS SDK: as whoever administers it sees them, or else as a delegated administrator.
 *
 * @throws the SDK's error for all but a stack set that is not there, or not for the caller
 */
export async function readStackInstances(
  connection: Connection,
  stackSetName: string,
): Promise<StackSetSeen> {
  const client = new CloudFormationClient(clientSettings(connection));
  let detail = '';
  for (const CallAs of callers) {
    try {
      const instances: StackInstance[] = [];
      const input = { StackSetName: stackSetName, CallAs };
      for await (const page of paginateListStackInstances({ client, pageSize: 100 }, input))
        instances.push(...(page.Summaries ?? []).flatMap(readInstance));
      return { kind: 'seen', instances };
    } catch (error) {
      if (!isNotSeen(error)) throw error;
      detail = oneLineOf(error);
    }
  }
  return { kind: 'not-seen', detail };
}

function readInstance(summary: StackInstanceSummary): StackInstance[] {
  const { Account: account, Region: region, Status: status = 'UNKNOWN', StatusReason: reason } = summary;
  return account === undefined || region === undefined ? [] : [{ account, region, status, reason }];
}

/**
 * Who is no delegated administrator may not ask as one, nor may who lacks `organizations:ListDelegatedAdministrators`:
 * CloudFormation says the same of both, in a ValidationError.
 */
function isNotSeen(error: unknown): error is Error {
  return error instanceof Error && /^(StackSetNotFound|ValidationError)/.test(error.name);
}
