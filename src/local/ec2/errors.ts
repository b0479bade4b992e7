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

export function instancesNotFound(instanceIds: readonly InstanceId[]): Ec2Error {
  const listed = instanceIds.join(', ');
  return new Ec2Error(
    'InvalidInstanceID.NotFound',
    instanceIds.length === 1
      ? `The instance ID '${listed}' does not exist`
      : `The instance IDs '${listed}' do not exist`,
  );
}
