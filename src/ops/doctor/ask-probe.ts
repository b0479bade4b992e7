import * as v from 'valibot';
import type { Home } from '../../enforcer/launch.ts';
import type { InvocableFunction } from '../aws/lambda-function.ts';

/** What a function made of a probe. */
export type ProbeAnswer =
  /** @property problems of the places, in their order; undefined for one where EC2 answered */
  | { readonly kind: 'answered'; readonly problems: readonly (string | undefined)[] }
  /** It does not know probes. */
  | { readonly kind: 'older' }
  /** It failed as a whole. @property said in one line */
  | { readonly kind: 'failed'; readonly said: string };

/** What src/functions/probe.ts returns. */
const Probed = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    probed: v.array(v.object({ account: v.string(), region: v.string(), problem: v.optional(v.string()) })),
  }),
);

/** Has a function ask EC2 in these places, at most 100, with what it would settle a launch there. */
export async function askProbe(target: InvocableFunction, places: readonly Home[]): Promise<ProbeAnswer> {
  const probe = places.map(({ account, region }) => ({ account, region }));
  // A function of an older version, for which this is no event, throws it then and puts it into no queue.
  const answer = await target.invoke(JSON.stringify({ probe, redrive: true }));
  if (answer.kind === 'failed') {
    const said = `${answer.errorType}: ${answer.errorMessage.replaceAll(/\s+/g, ' ')}`;
    return answer.errorType === 'InvalidEventError' ? { kind: 'older' } : { kind: 'failed', said };
  }
  const read = v.safeParse(Probed, answer.payload);
  if (!read.success || read.output.probed.length !== places.length) return { kind: 'older' };
  return { kind: 'answered', problems: read.output.probed.map(({ problem }) => problem) };
}
