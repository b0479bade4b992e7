import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { Template } from './parse-template.ts';
import { holds, resolve, type Stack } from './resolve.ts';

export const account = '111122223333';
export const region = 'eu-central-1';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::StackName': 'example',
  'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/example/0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30`,
};

/** ARN of a resource whose physical name is its logical id, by the type of the resource. */
const arns: Readonly<Record<string, (name: string) => string>> = {
  'AWS::CloudTrail::Trail': (name) => `arn:aws:cloudtrail:${region}:${account}:trail/${name}`,
  'AWS::CloudWatch::Alarm': (name) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  'AWS::Events::Rule': (name) => `arn:aws:events:${region}:${account}:rule/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::Serverless::Function': (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${region}:${account}:${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${region}:${account}:${name}`,
};

/** `Ref` of a resource gives its name, and for a topic its ARN. */
function refOf(template: Template, logicalId: string): string | undefined {
  const resource = template.Resources[logicalId];
  if (resource === undefined) return undefined;
  return resource.Type === 'AWS::SNS::Topic' ? arnOf(template, logicalId) : logicalId;
}

/** A stack as it would stand in the example account: `Properties` by logical id, and the outputs. */
export interface ExampleStack {
  readonly resources: Readonly<Record<string, JsonObject>>;
  readonly outputs: Readonly<Record<string, Json>>;
  /** ARN of a resource. */
  arn(logicalId: string): string;
}

/** The stack of a template; a parameter that is not given has its default. */
export function exampleStack(
  template: Template,
  parameters: Readonly<Record<string, string>> = {},
): ExampleStack {
  const stack: Stack = {
    conditions: template.Conditions,
    ref: (name) =>
      pseudoParameters[name] ??
      parameters[name] ??
      template.Parameters[name]?.Default ??
      refOf(template, name),
    attribute: (logicalId, attribute) => {
      if (attribute === 'Arn') return arnOf(template, logicalId);
      return attribute === 'QueueName' ? logicalId : undefined;
    },
  };
  const resolved = (value: Json) => {
    const result = resolve(value, stack);
    if (result === undefined)
      throw new Error(`Expected a value, found AWS::NoValue for ${JSON.stringify(value)}.`);
    return result;
  };
  const made = <Part extends { readonly Condition?: string | undefined }>(parts: Record<string, Part>) =>
    Object.fromEntries(
      Object.entries(parts).filter(([, { Condition }]) => Condition === undefined || holds(Condition, stack)),
    );
  return {
    resources: mapValues(made(template.Resources), ({ Properties }) => properties(resolved(Properties))),
    outputs: mapValues(made(template.Outputs), ({ Value }) => resolved(Value)),
    arn: (logicalId) => arnOf(template, logicalId),
  };
}

function arnOf(template: Template, logicalId: string): string {
  const arn = arns[template.Resources[logicalId]?.Type ?? ''];
  if (arn === undefined) throw new Error(`Expected a resource whose ARN is known, found ${logicalId}.`);
  return arn(logicalId);
}

function properties(value: Json): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`Expected properties, found ${JSON.stringify(value)}.`);
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
