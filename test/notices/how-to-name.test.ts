import { expect, test } from 'vitest';
import { howToName } from '../../src/notices/how-to-name.ts';

test.each([
  ['console', undefined, 'Fill in Name'],
  ['command-line', undefined, "--tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=web-1}]'"],
  [
    'command-line',
    undefined,
    'with your own name for web-1. A name that is given after the launch may come too late.',
  ],
  ['terraform', undefined, 'aws_instance'],
  ['sdk', undefined, 'TagSpecifications'],
  [
    'service',
    'autoscaling.amazonaws.com',
    'Give the Auto Scaling group a Name tag that is propagated at launch',
  ],
  ['service', 'eks-nodegroup.amazonaws.com', 'settings that eks-nodegroup.amazonaws.com launches from'],
  ['service', undefined, 'settings that the service launches from'],
  ['unknown', undefined, 'Give the request to launch a Name tag'],
] as const)('who launched with %s (%s) is told: %s', (launchedWith, invokedBy, advice) => {
  expect(howToName({ launchedWith, invokedBy })).toContain(advice);
});
