import { expect, test } from 'vitest';
import { regionName } from '../../src/enforcer/region-name.ts';

test.each(['eu-west-1', 'ap-southeast-7', 'us-gov-east-1', 'us-isob-east-1', 'eusc-de-east-1'])(
  '%s is the name of a region',
  (name) => {
    expect(name).toMatch(regionName);
  },
);

test.each([
  '',
  'eu-west',
  'eu-1',
  'EU-WEST-1',
  'eu-west-1a',
  'eu-west-1 ',
  'eu-west-1\n',
  'eu-west-1.example.org/',
])('%j is not', (name) => {
  expect(name).not.toMatch(regionName);
});
