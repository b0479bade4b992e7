import { mockClient as mock } from 'aws-sdk-client-mock';
import { afterAll } from 'vitest';

/** `mockClient` of aws-sdk-client-mock, undone at the end of the test file: the next one has the client as it is. */
export const mockClient: typeof mock = (client, options) => {
  const stub = mock(client, options);
  afterAll(() => stub.restore());
  return stub;
};
