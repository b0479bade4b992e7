import { CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { clientSettings, type Connection } from './connection.ts';

/** Gives instances a name, through the AWS SDK, as whoever runs the tool. */
export interface Ec2Tags {
  /**
   * Sets the tag `Name`, and overwrites one that is there. EC2 takes all of them or none.
   *
   * @param instanceIds at most 1,000
   */
  name(instanceIds: readonly string[], name: string): Promise<void>;
}

export function createEc2Tags(connection: Connection): Ec2Tags {
  const client = new EC2Client(clientSettings(connection));
  return {
    async name(instanceIds, name) {
      await client.send(
        new CreateTagsCommand({ Resources: [...instanceIds], Tags: [{ Key: 'Name', Value: name }] }),
      );
    },
  };
}
