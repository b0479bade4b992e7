import * as ec2 from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { isSigned } from '../support/signature.ts';

/**
 * The whole EC2 client, and what the bundle uses of EventBridge's, behind names that a test can compare.
 * `aws-sdk.test.ts` bundles this file as the build bundles its on-demand part, and as it is.
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

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** Runs a command of this name against an EC2 that answers with this status and body. */
export async function exchange(
  command: string,
  input: unknown,
  answer: { readonly status: number; readonly xml: string },
): Promise<Exchange> {
  const { requestHandler, sent } = answering(answer.status, answer.xml);
  const client = new ec2.EC2Client({ region: 'eu-central-1', credentials, maxAttempts: 1, requestHandler });
  const constructor = v.parse(v.function(), exported[command]);
  const made = v.parse(Command, Reflect.construct(constructor, [input]));
  const response: unknown = await client.send(made).catch((error: unknown) => ({ error: describe(error) }));
  return { request: sent(), response };
}

/** Puts events on a bus of an EventBridge that answers with this status and body. */
export async function putEvents(
  input: PutEventsCommandInput,
  answer: { readonly status: number; readonly json: string },
): Promise<Exchange> {
  const { requestHandler, sent } = answering(answer.status, answer.json);
  const client = new EventBridgeClient({
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
    requestHandler,
  });
  const response: unknown = await client
    .send(new PutEventsCommand(input))
    .catch((error: unknown) => ({ error: describe(error) }));
  return { request: sent(), response };
}

/** A connection that gives this answer, and what was sent over it. */
function answering(statusCode: number, answer: string) {
  let request: unknown;
  return {
    sent: () => request,
    requestHandler: {
      handle: async ({ method, hostname, path, query, headers, body }: SentRequest) => {
        const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
        // A new id for each call, and with it another signature.
        const { 'amz-sdk-invocation-id': _id, authorization = '', ...compared } = headers;
        request = {
          method,
          hostname,
          path,
          query,
          headers: { ...compared, authorization: authorization.replace(/Signature=.*/, '') },
          body: text,
          isSigned: isSigned({ method, path, headers, body: text }, credentials.secretAccessKey),
        };
        return Promise.resolve({
          response: { statusCode, headers: {}, body: new TextEncoder().encode(answer) },
        });
      },
    },
  };
}

function describe(error: unknown): unknown {
  return error instanceof Error
    ? { ...Object.fromEntries(Object.entries(error)), name: error.name, message: error.message }
    : error;
}
