import type { LaunchSource } from '../enforcer/launch.ts';

/** What the launcher can do so that the next launch has a name, told in the words of what it was launched with. */
export function howToName({
  launchedWith,
  invokedBy,
}: Pick<LaunchSource, 'launchedWith' | 'invokedBy'>): string {
  switch (launchedWith) {
    case 'console':
      return `Fill in Name, under Name and tags, when you launch in the console. ${afterwards}`;
    case 'command-line':
      return (
        "Add --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=web-1}]' to aws ec2 run-instances, " +
        `with your own name for web-1. ${afterwards}`
      );
    case 'terraform':
      return (
        'Give the aws_instance a Name in its tags, or its launch template one in tag_specifications for instances. ' +
        afterwards
      );
    case 'sdk':
      return `Give RunInstances TagSpecifications of the ResourceType instance with a Name tag. ${afterwards}`;
    case 'service':
      return invokedBy === 'autoscaling.amazonaws.com'
        ? 'Give the Auto Scaling group a Name tag that is propagated at launch, or its launch template a Name tag for instances.'
        : `Give the launch template, or the settings that ${invokedBy ?? 'the service'} launches from, a Name tag for instances.`;
    case 'unknown':
      return `Give the request to launch a Name tag for its instances. ${afterwards}`;
  }
}

const afterwards = 'A name that is given after the launch may come too late.';
