import * as v from 'valibot';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { Json, JsonObject } from './json.ts';

/** A parameter as a template declares it. */
const Parameter = v.strictObject({
  Type: v.picklist(['String', 'Number', 'CommaDelimitedList']),
  /** Without one, whoever deploys the template must say. */
  Default: v.optional(v.union([v.string(), v.number()])),
  Description: v.string(),
  ConstraintDescription: v.string(),
  AllowedValues: v.optional(v.array(v.union([v.string(), v.number()]))),
  AllowedPattern: v.optional(v.string()),
  MinValue: v.optional(v.number()),
  MaxValue: v.optional(v.number()),
  MinLength: v.optional(v.number()),
  MaxLength: v.optional(v.number()),
});

const Resource = v.looseObject({
  Type: v.string(),
  Condition: v.optional(v.string()),
  Properties: v.optional(JsonObject, {}),
});

const Output = v.strictObject({
  Description: v.string(),
  Condition: v.optional(v.string()),
  Value: Json,
});

/**
 * The sections of a CloudFormation template, intrinsic functions in their long form, and what SAM's `Globals` say of
 * functions in each of them.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
const Sections = v.object({
  Globals: v.optional(v.strictObject({ Function: JsonObject }), { Function: {} }),
  Transform: v.optional(v.string()),
  Metadata: v.optional(JsonObject, {}),
  Parameters: v.record(v.string(), Parameter),
  Conditions: v.optional(JsonObject, {}),
  Resources: v.record(v.string(), Resource),
  Outputs: v.record(v.string(), Output),
});
export const Template = v.pipe(
  Sections,
  v.transform(({ Globals, Resources, ...sections }) => ({
    ...sections,
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => [
        id,
        resource.Type === 'AWS::Serverless::Function'
          ? { ...resource, Properties: { ...Globals.Function, ...resource.Properties } }
          : resource,
      ]),
    ),
  })),
);
export type Template = v.InferOutput<typeof Template>;

/**
 * A template from its YAML. The short form of an intrinsic function becomes its long form: `!GetAtt A.B` becomes
 * `{'Fn::GetAtt': ['A', 'B']}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function parseTemplate(yaml: string): Template {
  const document = parseDocument(yaml);
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return v.parse(Template, fromNode(document.contents));
}

function fromNode(node: unknown): unknown {
  if (isScalar(node)) return inLongForm(node.tag, node.value);
  if (isSeq(node)) return inLongForm(node.tag, node.items.map(fromNode));
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => [String(key), fromNode(value)]);
    return inLongForm(node.tag, Object.fromEntries(entries));
  }
  throw new TypeError(`Expected a mapping, a sequence or a scalar in the template, found ${String(node)}.`);
}

function inLongForm(tag: string | undefined, value: unknown): unknown {
  if (tag === undefined || !/^![A-Z]/.test(tag)) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  return { [`Fn::${name}`]: name === 'GetAtt' ? String(value).split('.') : value };
}
