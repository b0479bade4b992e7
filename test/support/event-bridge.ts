import * as v from 'valibot';
import { type AwsAnswer, startAwsServer } from './aws-server.ts';

const Entry = v.object({
  EventBusName: v.string(),
  Source: v.string(),
  DetailType: v.string(),
  Detail: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())),
  Time: v.number(),
});
const PutEvents = v.pipe(v.string(), v.parseJson(), v.object({ Entries: v.array(Entry) }));

/** What one call is answered with: an HTTP status and a body, or nothing at all. */
export type BusAnswer = readonly [status: number, body: object] | 'nothing';

export interface LocalEventBridge {
  readonly url: string;
  /** The entries of every call, taken or not. */
  readonly entries: v.InferOutput<typeof Entry>[];
  /** The answers to the next calls, in order; after them every entry is taken. */
  readonly answers: BusAnswer[];
  close(): Promise<void>;
}

/** EventBridge's PutEvents on loopback. */
export async function startEventBridge(): Promise<LocalEventBridge> {
  const entries: v.InferOutput<typeof Entry>[] = [];
  const answers: BusAnswer[] = [];
  const answer = async ({ body }: { readonly body: string }): Promise<AwsAnswer> => {
    entries.push(...v.parse(PutEvents, body).Entries);
    const next = answers.shift() ?? [200, { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }];
    // Until the server is closed, and the connection with it.
    return next === 'nothing'
      ? new Promise(() => undefined)
      : { status: next[0], body: JSON.stringify(next[1]) };
  };
  const server = await startAwsServer(answer);
  return { url: server.url, entries, answers, close: async () => server.close() };
}
