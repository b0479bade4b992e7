import { expect, test } from 'vitest';
import { exampleStack } from '../../support/cloudformation/example-stack.ts';
import { transformedTemplate } from './transformed-template.ts';

const template = transformedTemplate('eu-central-1');
const vpcConfigs = (parameters: Record<string, string>) =>
  Object.entries(exampleStack(template, parameters).resources).flatMap(([id, { VpcConfig: config }]) =>
    template.Resources[id]?.Type === 'AWS::Lambda::Function' ? [[id, config]] : [],
  );

test('SAM hands the subnets and security groups on to each function, and nothing when there are none', () => {
  const config = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };

  expect(vpcConfigs({ SubnetIds: 'subnet-0a1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d' })).toEqual(
    ['Pause', 'EnforceNameTag', 'SecondLook'].map((id) => [id, config]),
  );
  expect(vpcConfigs({}).map(([, none]) => none)).toEqual([undefined, undefined, undefined]);
});
