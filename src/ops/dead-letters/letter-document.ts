import type { Letter } from './dead-letter.ts';
import { isSettled, type Standings } from './standings.ts';

/** A message for programs: all that is known of it but the event itself, and how its instances stand. */
export function letterDocument(letter: Letter, standings?: Standings) {
  const since = letter.since === undefined ? null : new Date(letter.since).toISOString();
  if (letter.kind === 'stranger') return { ...letter, since };
  const { event: _, ...known } = letter;
  if (standings === undefined) return { ...known, since };
  return { ...known, since, instances: standings.instances, settled: isSettled(standings) };
}
