import { createHash, randomBytes } from 'node:crypto';
import type { InstanceId } from '../../enforcer/launch.ts';

/** Makes ids of EC2's forms, each one new. */
export interface IdSource {
  /** `i-` and 17 hex digits. */
  instanceId(): InstanceId;
  /** `r-` and 17 hex digits. */
  reservationId(): string;
  /** The form of a request id. */
  uuid(): string;
}

/**
 * With a seed, every source of that seed makes the same ids in the same order. Each kind of id counts for
 * itself, so that a further request does not change the ids of the instances launched after it.
 */
export function idSource(seed?: string): IdSource {
  const counts = new Map<string, number>();
  const hex = (kind: string, digits: number): string => {
    if (seed === undefined) return randomBytes(16).toString('hex').slice(0, digits);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return createHash('sha256').update(`${seed}\n${kind}\n${count}`).digest('hex').slice(0, digits);
  };
  return {
    instanceId: () => `i-${hex('instance', 17)}`,
    reservationId: () => `r-${hex('reservation', 17)}`,
    uuid: () => hex('request', 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
