import type { InstanceId } from '../../enforcer/launch.ts';

/**
 * A call that EC2 refuses, as the caller sees it. Codes, messages and HTTP statuses are EC2's:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export class Ec2Error extends Error {
  override readonly name = 'Ec2Error';
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(code: string, message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

export function invalidParameterValue(message: string): Ec2Error {
  return new Ec2Error('InvalidParameterValue', message);
}

export function invalidParameterCombination(message: string): Ec2Error {
  return new Ec2Error('InvalidParameterCombination', message);
}

export function missingParameter(name: string): Ec2Error {
  return new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
}

export function malformedInstanceId(instanceId: string): Ec2Error {
  return new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${instanceId}"`);
}

export function instancesNotFound(instanceIds: readonly InstanceId[]): Ec2Error {
  const listed = instanceIds.join(', ');
  return new Ec2Error(
    'InvalidInstanceID.NotFound',
    instanceIds.length === 1
      ? `The instance ID '${listed}' does not exist`
      : `The instance IDs '${listed}' do not exist`,
  );
}

export function unauthorized(action: string, resource: string): Ec2Error {
  return new Ec2Error(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. No identity-based policy allows the ec2:${action} action on resource: ${resource}`,
    403,
  );
}

export function reservedTagKey(key: string): Ec2Error {
  return invalidParameterValue(
    `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
  );
}

export function dryRun(): Ec2Error {
  return new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
