import * as ec2 from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';

/**
 * The whole EC2 client behind two names that a test can compare. `ec2-client.test.ts` bundles this file as the build
 * bundles its on-demand part, and as it is.
 */
const exported: Readonly<Record<string, unknown>> = ec2;

/** The exported schemas by name, for example `DescribeInstances$`. */
export const schemas: ReadonlyMap<string, unknown> = new Map(
  Object.entries(exported).filter(([name, value]) => name.endsWith('$') && Array.isArray(value)),
);

/** What went over the wire, and what the caller got. */
export interface Exchange {
  readonly request: unknown;
  readonly response: unknown;
}

interface SentRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `send` takes any command of the client; one of them stands for all in the type. */
const Command = v.custom<ec2.DescribeInstancesCommand>((value) => value instanceof ec2.$Command);

/** Runs a command of this name against an EC2 that answers with this status and body. */
export async function exchange(
  command: string,
  input: unknown,
  answer: { readonly status: number; readonly xml: string },
): Promise<Exchange> {
  let request: unknown;
  const client = new ec2.EC2Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, hostname, path, query, headers, body }: SentRequest) => {
        // A new id for each call, and the signature of it and of what is compared.
        const { 'amz-sdk-invocation-id': _id, authorization: _signature, ...compared } = headers;
        request = { method, hostname, path, query, headers: compared, body: String(body) };
        return Promise.resolve({
          response: { statusCode: answer.status, headers: {}, body: new TextEncoder().encode(answer.xml) },
        });
      },
    },
  });
  const constructor = v.parse(v.function(), exported[command]);
  const sent = v.parse(Command, Reflect.construct(constructor, [input]));
  const response: unknown = await client.send(sent).catch((error: unknown) => ({ error: describe(error) }));
  return { request, response };
}

function describe(error: unknown): unknown {
  return error instanceof Error
    ? { ...Object.fromEntries(Object.entries(error)), name: error.name, message: error.message }
    : error;
}

/** The build replaces modules of this client as well, and fails when one of them is not there. */
export const eventBridge = EventBridgeClient;
