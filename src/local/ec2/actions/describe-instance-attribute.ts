import { endDryRun, type Call } from '../call.ts';
import { invalidParameterValue } from '../errors.ts';
import { findOneInstance } from '../instance-ids.ts';
import type { QueryParameters } from '../query-parameters.ts';
import type { XmlElements } from '../xml-answer.ts';

/**
 * Tells termination protection; no other attribute is known here.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
 */
export function describeInstanceAttribute({ parameters, world }: Call): XmlElements {
  const { instanceId, terminationProtected } = findOneInstance(world.fleet, parameters);
  checkAttribute(parameters);
  endDryRun(parameters);
  return { instanceId, disableApiTermination: { value: terminationProtected } };
}

export function checkAttribute(parameters: QueryParameters): void {
  const attribute = parameters.requiredText('Attribute');
  if (attribute === 'disableApiTermination') return;
  throw invalidParameterValue(
    `Value (${attribute}) for parameter attribute is invalid. This endpoint knows disableApiTermination only.`,
  );
}
