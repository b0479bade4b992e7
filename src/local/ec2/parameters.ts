import * as v from 'valibot';
import { Ec2Error } from './errors.ts';

/** Parameters of a call as a tree: `Filter.1.Value.2=x` stands at `Filter`, `1`, `Value`, `2`. */
export type Parameters = { readonly [part: string]: string | Parameters };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html */
export function treeOf(parameters: Iterable<readonly [string, string]>): Parameters {
  const groups = Map.groupBy(parameters, ([name]) => name.split('.', 1)[0] ?? '');
  return Object.fromEntries(
    Array.from(groups, ([part, members]) => {
      const leaf = members.find(([name]) => name === part);
      const below = (): Parameters =>
        treeOf(members.map(([name, value]) => [name.slice(part.length + 1), value]));
      return [part, leaf?.[1] ?? below()];
    }),
  );
}

/** What an action takes of a call's parameters, or EC2's refusal of a call without it. */
export function read<Schema extends v.GenericSchema>(
  schema: Schema,
  parameters: Parameters,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parameters);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // Lists begin with 1 in a request.
  const name = v.getDotPath(issue)?.replaceAll(/\d+/g, (index) => `${Number(index) + 1}`) ?? 'Action';
  throw issue.received === 'undefined'
    ? new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`)
    : new Ec2Error('InvalidParameterValue', `Value for parameter ${name} is invalid. ${issue.message}`);
}

/** The list `Name.1`, `Name.2`, ... in the order of its numbers, which may have gaps; empty when it is not there. */
export function list<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.optional(v.record(v.string(), v.unknown()), {}), v.transform(Object.values), v.array(item));
}

export const flag = v.pipe(
  v.optional(v.picklist(['true', 'false']), 'false'),
  v.transform((text) => text === 'true'),
);

export function wholeNumber(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.digits(),
    v.transform(Number),
    v.minValue(least, `Expecting a value from ${least} on.`),
    v.maxValue(most, `Expecting a value up to ${most}.`),
  );
}

/**
 * A tag that a caller may set.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
 */
export const tag = v.pipe(
  v.object({
    Key: v.pipe(
      v.string(),
      v.nonEmpty('Tag key cannot be null or empty.'),
      v.maxLength(128, 'Tag key exceeds the maximum length of 128 characters'),
      v.regex(/^(?!aws:)/i, "Tag keys starting with 'aws:' are reserved for internal use"),
    ),
    Value: v.pipe(
      v.optional(v.string(), ''),
      v.maxLength(256, 'Tag value exceeds the maximum length of 256 characters'),
    ),
  }),
  v.transform(({ Key, Value }) => ({ key: Key, value: Value })),
);

/** To be called when everything is checked and nothing is done yet. */
export function endDryRun(parameters: Parameters): void {
  if (parameters['DryRun'] === 'true') {
    throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
}
