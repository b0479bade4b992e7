import { Ec2Error } from './errors.ts';
import type { FleetState, Reservation } from './fleet-state.ts';
import type { LaunchRequest } from './launch-request.ts';

/**
 * Launches by client token: the same request again is answered by the same reservation. A token counts for the
 * Availability Zone that the request names, or for the Region.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export class ClientTokens {
  readonly #launches = new Map<string, { readonly request: string; readonly reservation: Reservation }>();

  /** The reservation of the same request, if there was one; refuses another request with the same token. */
  recall(request: LaunchRequest, fleet: FleetState): Reservation | undefined {
    const launch = this.#launches.get(key(request));
    if (launch === undefined || request.clientToken === undefined) return undefined;
    if (launch.request !== JSON.stringify(request)) {
      throw new Ec2Error(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    if (launch.reservation.instances.every((instance) => fleet.state(instance) === 'terminated')) {
      throw new Ec2Error(
        'IdempotentInstanceTerminated',
        'The client token you have provided is associated with a terminated instance. Please use a different client token.',
      );
    }
    return launch.reservation;
  }

  remember(request: LaunchRequest, reservation: Reservation): void {
    if (request.clientToken === undefined) return;
    this.#launches.set(key(request), { request: JSON.stringify(request), reservation });
  }
}

function key(request: LaunchRequest): string {
  return `${request.availabilityZone ?? ''} ${request.clientToken ?? ''}`;
}
