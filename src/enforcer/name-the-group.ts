import type { ServiceGroup } from './service-group.ts';

/** The example that stands for a name in every command. */
const NAME = 'web-1';

/**
 * What a person can do so that a group's next instances have a name: a sentence with the command.
 *
 * @param region undefined where nobody knows: then that of the reader's own settings is taken
 */
export function nameTheGroup(group: ServiceGroup, region: string | undefined): string {
  const where = region === undefined ? '' : ` --region ${region}`;
  const { name } = group;
  const own = `with your own name for ${NAME}`;
  switch (group.kind) {
    case 'auto-scaling-group': {
      const tag = `ResourceId=${value(name)},ResourceType=auto-scaling-group,Key=Name,Value=${NAME},PropagateAtLaunch=true`;
      return `To name what it launches, run aws autoscaling create-or-update-tags${where} --tags ${quoted(tag)} ${own}.`;
    }
    case 'emr-cluster':
      return `To name all its instances, run aws emr add-tags${where} --resource-id ${quoted(name)} --tags Name=${NAME} ${own}.`;
    case 'node-pool': {
      const nodeClass = group.launchesFrom === undefined ? 'its EC2NodeClass' : quoted(group.launchesFrom);
      return (
        `To name its nodes, run kubectl edit ec2nodeclass ${nodeClass} and add Name: ${NAME} to spec.tags, ${own}. ` +
        'Karpenter then replaces them.'
      );
    }
    case 'ec2-fleet':
    case 'spot-fleet': {
      const modify =
        group.kind === 'ec2-fleet'
          ? `aws ec2 modify-fleet${where} --fleet-id ${quoted(name)}`
          : `aws ec2 modify-spot-fleet-request${where} --spot-fleet-request-id ${quoted(name)}`;
      const { launchesFrom: template = 'TEMPLATE' } = group;
      const config = `LaunchTemplateSpecification={LaunchTemplateId=${template},Version=$Latest}`;
      return `${newVersion(group, where)} Then run ${modify} --launch-template-configs '${config}'.`;
    }
    case 'spot-request':
      return (
        `If it is persistent, it launches again: run aws ec2 cancel-spot-instance-requests${where} ` +
        `--spot-instance-request-ids ${quoted(name)}, and request it anew with a Name tag for its instances.`
      );
  }
}

function newVersion({ launchesFrom: template = 'TEMPLATE' }: ServiceGroup, where: string): string {
  const tags = `TagSpecifications=[{ResourceType=instance,Tags=[{Key=Name,Value=${NAME}}]}]`;
  return (
    `To name what it launches, give its launch template a version with a name: run aws ec2 create-launch-template-version${where} ` +
    `--launch-template-id ${template} --source-version '$Latest' --launch-template-data '${tags}' with your own name for ${NAME}, and all other tags of the version before, which these replace.`
  );
}

/** One argument of a shell. */
function quoted(text: string): string {
  return /^[\w.,/:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A value in the short form of the AWS CLI, where a comma would end it.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
 */
function value(text: string): string {
  return !/^[\w.:/+-]+$/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : text;
}
