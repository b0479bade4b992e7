import * as v from 'valibot';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { Template } from './parse-template.ts';
import { holds, resolve, type Stack } from './resolve.ts';

export const account = '111122223333';
export const region = 'eu-central-1';

/** Where a stack stands, and what it is called. */
export interface StackIdentity {
  readonly partition: string;
  readonly region: string;
  readonly stackName: string;
}

const usual: StackIdentity = { partition: 'aws', region, stackName: 'example' };

/** The end of a stack's id, which no other stack has. */
export const stackUuid = '0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30';

const pseudoParameters = (identity: StackIdentity): Readonly<Record<string, string>> => ({
  'AWS::AccountId': account,
  'AWS::Region': identity.region,
  'AWS::Partition': identity.partition,
  'AWS::StackName': identity.stackName,
  'AWS::StackId': `arn:${identity.partition}:cloudformation:${identity.region}:${account}:stack/${identity.stackName}/${stackUuid}`,
});

/** What comes behind the partition in the ARN of a resource whose physical name is its logical id, by its type. */
const arns: Readonly<Record<string, (region: string, name: string) => string>> = {
  'AWS::CloudTrail::Trail': (inRegion, name) => `cloudtrail:${inRegion}:${account}:trail/${name}`,
  'AWS::CloudWatch::Alarm': (inRegion, name) => `cloudwatch:${inRegion}:${account}:alarm:${name}`,
  'AWS::Events::EventBus': (inRegion, name) => `events:${inRegion}:${account}:event-bus/${name}`,
  'AWS::Events::Rule': (inRegion, name) => `events:${inRegion}:${account}:rule/${name}`,
  'AWS::IAM::Role': (_, name) => `iam::${account}:role/${name}`,
  'AWS::Lambda::Function': (inRegion, name) => `lambda:${inRegion}:${account}:function:${name}`,
  'AWS::Logs::LogGroup': (inRegion, name) => `logs:${inRegion}:${account}:log-group:${name}:*`,
  'AWS::S3::Bucket': (_, name) => `s3:::${name}`,
  'AWS::Serverless::Function': (inRegion, name) => `lambda:${inRegion}:${account}:function:${name}`,
  'AWS::SNS::Topic': (inRegion, name) => `sns:${inRegion}:${account}:${name}`,
  'AWS::SQS::Queue': (inRegion, name) => `sqs:${inRegion}:${account}:${name}`,
};

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
  identity: StackIdentity = usual,
): ExampleStack {
  const arnOf = (logicalId: string): string => {
    const end = arns[template.Resources[logicalId]?.Type ?? ''];
    if (end === undefined) throw new Error(`Expected a resource whose ARN is known, found ${logicalId}.`);
    const bus = busOf(logicalId);
    return `arn:${identity.partition}:${end(identity.region, bus === undefined ? logicalId : `${bus}/${logicalId}`)}`;
  };
  /** Name of the bus of a rule that is not on the default one. */
  const busOf = (logicalId: string): string | undefined => {
    const rule = template.Resources[logicalId];
    if (rule?.Type !== 'AWS::Events::Rule' || rule.Properties['EventBusName'] === undefined) return undefined;
    return v.parse(v.string(), resolve(rule.Properties['EventBusName'], stack));
  };
  /**
   * `Ref` of a resource gives its name, for a topic its ARN, and for a queue its URL; of a rule that is not on the default
   * bus the name of its bus as well: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
   */
  const refOf = (logicalId: string): string | undefined => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) return undefined;
    if (resource.Type === 'AWS::SNS::Topic') return arnOf(logicalId);
    if (resource.Type === 'AWS::SQS::Queue')
      return `https://sqs.${identity.region}.amazonaws.com/${account}/${logicalId}`;
    const bus = busOf(logicalId);
    return bus === undefined ? logicalId : `${bus}|${logicalId}`;
  };
  const stack: Stack = {
    conditions: template.Conditions,
    ref: (name) => {
      const given = parameters[name] ?? template.Parameters[name]?.Default;
      if (template.Parameters[name]?.Type === 'CommaDelimitedList') return String(given).split(',');
      return pseudoParameters(identity)[name] ?? given ?? refOf(name);
    },
    attribute: (logicalId, attribute) => {
      if (attribute === 'Arn') return arnOf(logicalId);
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
    arn: arnOf,
  };
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
