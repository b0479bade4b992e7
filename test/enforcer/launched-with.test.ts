import { describe, expect, test } from 'vitest';
import { launchedWith } from '../../src/enforcer/launched-with.ts';

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0';
const commandLine = 'aws-cli/2.33.11 md/awscrt#0.31.0 ua/2.1 os/linux#6.8.0 md/command#ec2.run-instances';
const terraform = 'APN/1.0 HashiCorp/1.0 Terraform/1.14.4 (+https://www.terraform.io) aws-sdk-go-v2/1.41.1';
const traits = { invokedBy: undefined, userAgent: undefined, fromConsole: undefined };

describe('a launch was made', () => {
  test.each([
    [{ userAgent: browser, fromConsole: 'true' }, 'console'],
    [{ userAgent: 'console.ec2.amazonaws.com' }, 'console'],
    [{ userAgent: '[signin.amazonaws.com]' }, 'console'],
    [{ userAgent: 'AWS Internal' }, 'console'],
    [{ userAgent: 'AWS Internal', invokedBy: 'signin.amazonaws.com' }, 'console'],
    [{ userAgent: browser, invokedBy: 'signin.amazonaws.com' }, 'console'],
    [{ userAgent: commandLine }, 'command-line'],
    [{ userAgent: `[${commandLine}]` }, 'command-line'],
    [{ userAgent: 'AWSPowerShell.Common/5.0.12 .NET_Core/9.0.1' }, 'command-line'],
    [{ userAgent: terraform }, 'terraform'],
    [{ userAgent: 'APN/1.0 HashiCorp/1.0 OpenTofu/1.9.0 aws-sdk-go-v2/1.41.1' }, 'terraform'],
    [{ userAgent: 'Boto3/1.42.39 md/Botocore#1.42.39' }, 'sdk'],
    [{ userAgent: 'aws-sdk-js/3.1169.0 ua/2.1' }, 'sdk'],
    [{ userAgent: 'autoscaling.amazonaws.com', invokedBy: 'autoscaling.amazonaws.com' }, 'service'],
    [{ userAgent: commandLine, invokedBy: 'cloudformation.amazonaws.com' }, 'service'],
    [{ userAgent: browser }, 'unknown'],
    [{}, 'unknown'],
  ])('as %j shows: %s', (shown, expected) => {
    expect(launchedWith({ ...traits, ...shown })).toBe(expected);
  });

  test('with the command line when it is that of CloudShell, which has the credentials of the console', () => {
    expect(launchedWith({ ...traits, userAgent: commandLine, fromConsole: 'true' })).toBe('command-line');
  });

  test.each([
    'robot of console.ec2.amazonaws.com',
    'console.example.com',
    'proxy.signin.amazonaws.com',
    'AWS Internal tool',
    'wrapped-aws-cli/2',
    'robot-Boto3/1',
  ])('with something unknown, when its user agent merely mentions another: %s', (userAgent) => {
    expect(launchedWith({ ...traits, userAgent })).toBe('unknown');
  });
});
