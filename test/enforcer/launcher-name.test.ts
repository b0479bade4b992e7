import { expect, test } from 'vitest';
import { launcherName } from '../../src/enforcer/launcher-name.ts';

test.each([
  ['arn:aws:iam::111122223333:user/lena', 'lena'],
  ['arn:aws:iam::111122223333:user/staff/web/lena', 'lena'],
  ['arn:aws:iam::111122223333:root', 'root user of 111122223333'],
  ['arn:aws:sts::111122223333:assumed-role/deploy/build-7', 'deploy/build-7'],
  ['arn:aws-cn:sts::111122223333:assumed-role/deploy/build-7', 'deploy/build-7'],
  [
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b2c3d/lena@example.com',
    'lena@example.com',
  ],
  ['arn:aws:sts::111122223333:federated-user/lena', 'lena'],
  ['arn:aws:iam::111122223333:role/deploy', 'deploy'],
  ['AROAEXAMPLEEXAMPLE:build-7', 'build-7'],
  ['AIDAEXAMPLEEXAMPLE', 'AIDAEXAMPLEEXAMPLE'],
  ['autoscaling.amazonaws.com', 'autoscaling.amazonaws.com'],
  ['arn:', 'arn:'],
  ['arn:aws:sts::111122223333:assumed-role/', 'assumed-role/'],
  ['arn:aws:sts::111122223333:assumed-role/deploy/eu/build-7', 'deploy/eu/build-7'],
  ['arn:aws:iam::111122223333:user/root', 'root'],
  ['arn:aws:iam::111122223333:rooted', 'rooted'],
  ['arn:aws:iam::111122223333:user/of:root', 'root'],
  ['two\nlines:lena', 'lena'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('the short name of %s is %s', (launcher, name) => {
  expect(launcherName(launcher)).toBe(name);
});
