import { createTags } from './actions/create-tags.ts';
import { deleteTags } from './actions/delete-tags.ts';
import { describeInstanceAttribute } from './actions/describe-instance-attribute.ts';
import { describeInstances } from './actions/describe-instances.ts';
import { describeTags } from './actions/describe-tags.ts';
import { modifyInstanceAttribute } from './actions/modify-instance-attribute.ts';
import { runInstances } from './actions/run-instances.ts';
import { startInstances, stopInstances } from './actions/stop-and-start-instances.ts';
import { terminateInstances } from './actions/terminate-instances.ts';
import type { Action } from './call.ts';
import { Ec2Error, missingParameter } from './errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/** An action, and the names of the parameters it takes, lists by their names before the number. */
interface Offered {
  readonly run: Action;
  readonly parameters: ReadonlySet<string>;
}

const offered: Readonly<Record<string, Offered>> = {
  DescribeInstances: offer(describeInstances, 'InstanceId Filter MaxResults NextToken'),
  TerminateInstances: offer(terminateInstances, 'InstanceId Force SkipOsShutdown'),
  StopInstances: offer(stopInstances, 'InstanceId Force Hibernate SkipOsShutdown'),
  StartInstances: offer(startInstances, 'InstanceId AdditionalInfo'),
  CreateTags: offer(createTags, 'ResourceId Tag'),
  DeleteTags: offer(deleteTags, 'ResourceId Tag'),
  DescribeTags: offer(describeTags, 'Filter MaxResults NextToken'),
  DescribeInstanceAttribute: offer(describeInstanceAttribute, 'InstanceId Attribute'),
  ModifyInstanceAttribute: offer(modifyInstanceAttribute, 'InstanceId Attribute Value DisableApiTermination'),
  RunInstances: offer(
    runInstances,
    `AdditionalInfo BlockDeviceMapping CapacityReservationSpecification ClientToken CpuOptions
     CreditSpecification DisableApiStop DisableApiTermination EbsOptimized ElasticGpuSpecification
     ElasticInferenceAccelerator EnablePrimaryIpv6 EnclaveOptions HibernationOptions IamInstanceProfile ImageId
     InstanceInitiatedShutdownBehavior InstanceMarketOptions InstanceType Ipv6Address Ipv6AddressCount KernelId
     KeyName LaunchTemplate LicenseSpecification MaintenanceOptions MaxCount MetadataOptions MinCount Monitoring
     NetworkInterface NetworkPerformanceOptions Operator Placement PrivateDnsNameOptions PrivateIpAddress
     RamdiskId SecurityGroup SecurityGroupId SubnetId TagSpecification UserData`,
  ),
};

function offer(run: Action, names: string): Offered {
  return { run, parameters: new Set(names.split(/\s+/)) };
}

/** What every request may have: the protocol's own parameters, and a signature in the query. */
const common = new Set(['Action', 'Version', 'DryRun', 'AWSAccessKeyId', 'Expires', 'Timestamp']);
const signature = /^(X-Amz-|Signature)/;

/** The action that a request asks for, or EC2's refusal of a request that is none. */
export function findAction(parameters: QueryParameters): { readonly name: string; readonly run: Action } {
  const name = parameters.text('Action');
  if (name === undefined || name === '') throw missingParameter('Action');
  const action = Object.hasOwn(offered, name) ? offered[name] : undefined;
  if (action === undefined) {
    throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  checkVersion(parameters.requiredText('Version'));
  for (const parameter of parameters.names()) {
    if (common.has(parameter) || signature.test(parameter) || action.parameters.has(parameter)) continue;
    throw new Ec2Error('UnknownParameter', `The parameter ${parameter} is not recognized`);
  }
  return { name, run: action.run };
}

function checkVersion(version: string): void {
  if (/^20\d\d-\d\d-\d\d$/.test(version)) return;
  throw new Ec2Error(
    'NoSuchVersion',
    `The requested version (${version}) of service AmazonEC2 does not exist`,
  );
}
