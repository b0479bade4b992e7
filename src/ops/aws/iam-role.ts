import {
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { clientSettings, type Connection } from './connection.ts';

/** What a role may do. */
export interface RolePolicies {
  /** Inline policies by name, each as JSON text. */
  readonly inline: ReadonlyMap<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[];
}

export async function readRolePolicies(connection: Connection, RoleName: string): Promise<RolePolicies> {
  const client = new IAMClient(clientSettings(connection));
  const inline = new Map<string, string>();
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName })) {
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      // IAM percent-encodes it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
      inline.set(PolicyName, decodeURIComponent(PolicyDocument));
    }
  }
  const attached: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName })) {
    attached.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
  }
  return { inline, attached };
}
