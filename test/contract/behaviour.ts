import {
  DescribeInstancesCommand,
  EC2ServiceException,
  RunInstancesCommand,
  type DescribeInstancesCommandInput,
  type EC2Client,
  type Instance,
  type RunInstancesCommandInput,
  type RunInstancesCommandOutput,
} from '@aws-sdk/client-ec2';

/** Something that AWS's documentation states of EC2, and how to see whether it is so. */
export interface Behaviour {
  /** A sentence of the documentation, shortened. */
  readonly title: string;
  /** Where AWS says so. */
  readonly page: string;
  /** Fails when that EC2 behaves otherwise. */
  readonly check: (ec2: EC2Client) => Promise<void>;
}

const api = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';

/** Pages of AWS's documentation that more than one behaviour stands on. */
export const pages = {
  runInstances: `${api}/API_RunInstances.html`,
  describeInstances: `${api}/API_DescribeInstances.html`,
  terminateInstances: `${api}/API_TerminateInstances.html`,
  createTags: `${api}/API_CreateTags.html`,
  modifyInstanceAttribute: `${api}/API_ModifyInstanceAttribute.html`,
  errors: `${api}/errors-overview.html`,
  pagination: 'https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html',
  filtering: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html',
  tagRestrictions: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html',
} as const;

/** An id of EC2's form that no instance has. */
export const unknownId = 'i-0123456789abcdef0';

/** An image that every EC2 under test takes. */
const imageId = 'ami-12c6146b';

export async function launch(
  ec2: EC2Client,
  wanted: Partial<RunInstancesCommandInput> = {},
): Promise<RunInstancesCommandOutput> {
  const request = {
    ImageId: imageId,
    InstanceType: 't3.micro' as const,
    MinCount: 1,
    MaxCount: 1,
    ...wanted,
  };
  return ec2.send(new RunInstancesCommand(request));
}

/** Launches, and gives the ids alone. */
export async function launchIds(
  ec2: EC2Client,
  count = 1,
  wanted: Partial<RunInstancesCommandInput> = {},
): Promise<string[]> {
  const answer = await launch(ec2, { MinCount: count, MaxCount: count, ...wanted });
  return idsOf(answer.Instances);
}

export function idsOf(instances: readonly Instance[] = []): string[] {
  return instances.map(({ InstanceId: id = '' }) => id);
}

/** Every instance of one answer. */
export async function describe(ec2: EC2Client, request: DescribeInstancesCommandInput): Promise<Instance[]> {
  const { Reservations: reservations = [] } = await ec2.send(new DescribeInstancesCommand(request));
  return reservations.flatMap(({ Instances: instances = [] }) => instances);
}

export async function describeOne(ec2: EC2Client, id: string | undefined): Promise<Instance> {
  const [instance] = await describe(ec2, { InstanceIds: [id ?? ''] });
  if (instance === undefined) throw new Error(`EC2 does not show ${id}.`);
  return instance;
}

/** Tags by key. */
export function tagsOf({ Tags: tags = [] }: Instance): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value]));
}

/** EC2's error code of a call that is to fail; `none` when it did not. */
export async function errorCode(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (error instanceof EC2ServiceException) return error.name;
    throw error;
  }
}

/** State of each instance, in the order of the ids; undefined for one that EC2 does not show. */
export async function states(ec2: EC2Client, ids: readonly string[]): Promise<(string | undefined)[]> {
  const instances = await describe(ec2, { Filters: [{ Name: 'instance-id', Values: [...ids] }] });
  const byId = new Map(instances.map((instance) => [instance.InstanceId, instance.State?.Name]));
  return ids.map((id) => byId.get(id));
}
