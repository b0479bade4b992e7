import * as v from 'valibot';
import type { World } from './call.ts';
import { faultSchema } from './fault.ts';

/** An answer in JSON. */
export interface SideAnswer {
  readonly status: number;
  readonly body: string;
}

const faultList = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.array(v.unknown()),
    v.pipe(
      v.unknown(),
      v.transform((one) => [one]),
    ),
  ]),
  v.array(faultSchema),
);

/**
 * What a test in another process needs, beside EC2's own protocol:
 * - `POST /_faults` switches on one fault or a list of them, `DELETE /_faults` switches all off
 * - `GET /_calls` tells the calls by action and the instances terminated, in order
 */
export function answerSidePath(
  request: string,
  body: string,
  world: World,
  calls: ReadonlyMap<string, number>,
): SideAnswer {
  switch (request) {
    case 'POST /_faults':
      return addFaults(body, world);
    case 'DELETE /_faults':
      world.faults.clear();
      return json(200, {});
    case 'GET /_calls':
      return json(200, {
        calls: Object.fromEntries(calls),
        terminated: world.fleet.terminations.map(({ instanceId }) => instanceId),
      });
    default:
      return json(404, {
        error: `${request} is nothing here. There are POST /_faults, DELETE /_faults and GET /_calls.`,
      });
  }
}

function addFaults(body: string, world: World): SideAnswer {
  const parsed = v.safeParse(faultList, body);
  if (!parsed.success) return json(400, { error: `Not a fault. ${v.summarize(parsed.issues)}` });
  world.faults.add(...parsed.output);
  return json(200, {});
}

function json(status: number, body: unknown): SideAnswer {
  return { status, body: JSON.stringify(body) };
}
