import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { checkContract } from './check-contract.ts';

let endpoint: Ec2Endpoint;
let client: EC2Client;

beforeAll(async () => {
  endpoint = await startEc2Endpoint({ seed: 'contract' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new EC2Client({ region: endpoint.region, credentials, endpoint: endpoint.url });
});
afterAll(async () => {
  await endpoint.close();
});

checkContract('the embedded EC2', () => client);
