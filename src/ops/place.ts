import type { Home } from '../enforcer/launch.ts';
import { OpsError } from './errors.ts';
import type { Stack } from './stack.ts';

/** Where a stack is: the parts of its ARN. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** @throws OpsError when the stack's id is no ARN */
export function placeOf({ stackId }: Stack): Place {
  const [arn, partition, service, region, account] = stackId.split(':');
  if (arn !== 'arn' || service !== 'cloudformation' || !partition || !region || !account) {
    throw new OpsError(`Expected the stack's id to be an ARN of CloudFormation, found \`${stackId}\`.`);
  }
  return { partition, region, account };
}

/** What an account and region is known by in maps: `111122223333 eu-west-1`. */
export function placeKey({ account, region }: Home): string {
  return `${account} ${region}`;
}
