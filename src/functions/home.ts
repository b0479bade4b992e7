import type { Home } from '../enforcer/launch.ts';

/**
 * The account and region of a function.
 *
 * @param functionArn `arn:aws:lambda:REGION:ACCOUNT:function:NAME`
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function homeOf(functionArn: string): Home {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return { account, region };
}

/** The partition of a function, for example `aws`. */
export function partitionOf(functionArn: string): string {
  return functionArn.split(':')[1] ?? '';
}
