import { endDryRun, type Call } from '../call.ts';
import { invalidParameterCombination } from '../errors.ts';
import { findOneInstance } from '../instance-ids.ts';
import type { QueryParameters } from '../query-parameters.ts';
import type { XmlElements } from '../xml-answer.ts';
import { checkAttribute } from './describe-instance-attribute.ts';

/**
 * Sets termination protection; no other attribute is known here.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
export function modifyInstanceAttribute({ parameters, world }: Call): XmlElements {
  const instance = findOneInstance(world.fleet, parameters);
  const terminationProtected = parseProtection(parameters);
  endDryRun(parameters);

  instance.terminationProtected = terminationProtected;
  return { return: true };
}

/** Both forms of the protocol: `DisableApiTermination.Value`, or `Attribute` with `Value`. */
function parseProtection(parameters: QueryParameters): boolean {
  const named = parameters.group('DisableApiTermination');
  if (named !== undefined) return named.boolean('Value');
  if (parameters.text('Attribute') === undefined)
    throw invalidParameterCombination('No attributes specified.');
  checkAttribute(parameters);
  return parameters.boolean('Value');
}
