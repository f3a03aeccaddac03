/** Emits an event each time that a provider becomes unreachable or reachable: for the log. */
import { EventEmitter } from 'node:events';
import type { GatewayError } from '../core/errors.ts';
import type { RequestScope } from '../core/request-scope.ts';

interface AvailabilityEvents {
  /** `error`: why the provider cannot be reached; null once it answers again. `request`: in which that was seen. */
  change: [provider: string, error: GatewayError | null, request: RequestScope | null];
}

export const availability = new EventEmitter<AvailabilityEvents>();
// Each gateway of the process adds a listener.
availability.setMaxListeners(0);

/** A product has few; this bounds the memory, and the lines of the log, if its reasons never repeat. */
const maxReasons = 10;

/**
 * Returns a function to call after each attempt: with the failure if it is an outage, else with null. Each reason of an
 * outage is told once, also if it takes turns with another one.
 */
export function watchAvailability(
  provider: string,
): (outage: GatewayError | null, request: RequestScope | null) => void {
  const told = new Set<string>();
  return (outage, request) => {
    if (outage === null) {
      if (told.size === 0) return;
      told.clear();
    } else {
      if (told.has(outage.message) || told.size >= maxReasons) return;
      told.add(outage.message);
    }
    availability.emit('change', provider, outage, request);
  };
}
