import { EC2Client } from '@aws-sdk/client-ec2';
import { checkContract } from '../contract/check-contract.ts';
import { credentials } from './setup/environment.ts';
import { localAws } from './support/clients.ts';

// No other tests are in this region. moto answers what it does not know with 500: no need to try again.
const client = new EC2Client({ region: 'eu-west-1', credentials, endpoint: localAws.ec2, maxAttempts: 1 });

checkContract('moto', () => client, {
  'RunInstances protects its instances from termination when asked to': {
    instead: 'it drops the request for protection; ModifyInstanceAttribute works',
    failure: 'expected { Value: false }',
  },
  'RunInstances without an image or a launch template is refused': {
    instead: 'it launches all the same',
    failure: "expected 'none' to be 'MissingParameter'",
  },
  'DescribeInstances of something that is no id fails with InvalidInstanceID.Malformed': {
    instead: 'it answers as for an unknown id',
    failure: "expected 'InvalidInstanceID.NotFound'",
  },
  'DescribeInstances shows the instances of a launch by the filter reservation-id': {
    instead: 'it has no such filter, and answers with status 500',
    failure: 'XML parse error',
  },
  'a filter takes * for any characters, and \\* for a star': {
    instead: 'it compares all but tags literally',
    failure: 'to deeply equal',
  },
  'DescribeInstances gives pages of at most MaxResults instances, each instance once, and no token at the end':
    {
      instead: 'it counts reservations',
      failure: 'to be less than or equal to 5',
    },
  'TerminateInstances of something that is no id fails with InvalidInstanceID.Malformed': {
    instead: 'it answers as for an unknown id',
    failure: "expected 'InvalidInstanceID.NotFound'",
  },
  'TerminateInstances of a zone with a protected instance terminates none of that zone': {
    instead: 'it terminates those that the request lists before the protected one',
    failure: "to include 'terminated'",
  },
  'TerminateInstances terminates the zones without a protected instance, and fails for the other': {
    instead: 'it terminates none that the request lists after the protected one',
    failure: "to include 'running'",
  },
  'CreateTags takes no key that begins with aws:': {
    instead: 'it takes it',
    failure: "expected 'none' to be 'InvalidParameterValue'",
  },
  'CreateTags on an unknown instance fails with InvalidInstanceID.NotFound': {
    instead: 'it takes it',
    failure: "expected 'none' to be 'InvalidInstanceID.NotFound'",
  },
});
