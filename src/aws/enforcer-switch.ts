import {
  DeleteFunctionConcurrencyCommand,
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  ResourceConflictException,
  ResourceInUseException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { environmentCredentials } from './environment-credentials.ts';
import { backoff } from '../enforcer/backoff.ts';
import type { Clock } from '../enforcer/clock.ts';
import { oneLineOf } from './one-line.ts';
import { PAUSED_TAG } from '../enforcer/pause-state.ts';
import type { PauseState } from '../enforcer/pause-state.ts';

/** Which functions there are to switch. */
export interface Switched {
  /** ARN of the function for launches. */
  readonly functionArn: string;
  /** What is reserved for it while it runs; undefined: nothing. */
  readonly reservedConcurrency: number | undefined;
  /** UUID of the event source mapping of second looks. */
  readonly mappingId: string;
}

/** Not everything could be switched; what could is. */
export class SwitchError extends Error {
  override readonly name = 'SwitchError';

  constructor(wanted: 'off' | 'on', details: readonly string[], options: ErrorOptions) {
    super(
      `Expected to switch launches, second looks and the tag ${PAUSED_TAG} ${wanted}, failed at ` +
        `${details.length} of them: ${details.join('; ')}. What could be is switched. Ask for it again.`,
      options,
    );
  }
}

/** Milliseconds in which a mapping that is being updated is waited for. */
const PATIENCE = 40_000;

/** What switches the stack's two functions off and on, through the AWS SDK. Either may be done twice. */
export class EnforcerSwitch {
  readonly #client = new LambdaClient({ credentials: environmentCredentials });
  readonly #switched: Switched;
  readonly #clock: Clock;

  constructor(switched: Switched, clock: Clock) {
    this.#switched = switched;
    this.#clock = clock;
  }

  async state(): Promise<PauseState> {
    const { functionArn, mappingId } = this.#switched;
    const [concurrency, mapping, tags] = await Promise.all([
      this.#client.send(new GetFunctionConcurrencyCommand({ FunctionName: functionArn })),
      this.#client.send(new GetEventSourceMappingCommand({ UUID: mappingId })),
      this.#client.send(new ListTagsCommand({ Resource: functionArn })),
    ]);
    return {
      launches: concurrency.ReservedConcurrentExecutions !== 0,
      secondLooks: !['Disabled', 'Disabling'].includes(mapping.State ?? ''),
      mark: tags.Tags?.[PAUSED_TAG],
    };
  }

  /**
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   *
   * @param mark when and why, for people
   * @throws SwitchError when not all of it could be done
   */
  async off(mark: string): Promise<void> {
    const client = this.#client;
    const { functionArn: FunctionName, mappingId: UUID } = this.#switched;
    await this.#all('off', [
      async () =>
        client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
      async () => client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false })),
      async () =>
        client.send(
          new TagResourceCommand({ Resource: FunctionName, Tags: { [PAUSED_TAG]: tagValue(mark) } }),
        ),
    ]);
  }

  /**
   * The tag goes last: while something is off, it says why.
   *
   * @throws SwitchError when not all of it could be done
   */
  async on(): Promise<void> {
    const client = this.#client;
    const { functionArn: FunctionName, mappingId: UUID, reservedConcurrency } = this.#switched;
    await this.#all('on', [
      async () =>
        reservedConcurrency === undefined
          ? client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
          : client.send(
              new PutFunctionConcurrencyCommand({
                FunctionName,
                ReservedConcurrentExecutions: reservedConcurrency,
              }),
            ),
      async () => client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true })),
    ]);
    await this.#all('on', [
      async () => client.send(new UntagResourceCommand({ Resource: FunctionName, TagKeys: [PAUSED_TAG] })),
    ]);
  }

  /** All at once: what fails keeps nothing else from being done. */
  async #all(wanted: 'off' | 'on', calls: readonly (() => Promise<unknown>)[]): Promise<void> {
    const results = await Promise.allSettled(calls.map(async (call) => this.#patiently(call)));
    const causes = results.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    if (causes.length > 0)
      throw new SwitchError(wanted, causes.map(oneLineOf), { cause: new AggregateError(causes) });
  }

  /** Nothing takes an update while another one is under way: a mapping for some seconds, a function while it is deployed. */
  async #patiently(call: () => Promise<unknown>): Promise<void> {
    const deadline = this.#clock.now() + PATIENCE;
    for (let round = 1; ; round++) {
      try {
        await call();
        return;
      } catch (error) {
        const isBusy = error instanceof ResourceInUseException || error instanceof ResourceConflictException;
        if (!isBusy || !(await backoff(round, this.#clock, deadline))) throw error;
      }
    }
  }
}

/**
 * A tag's value: at most 256 characters, letters, digits, blanks and some signs.
 * https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
 */
function tagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} _.:/=+@-]/gu, '-').slice(0, 256);
}
