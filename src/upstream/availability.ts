/** Emits an event each time that a provider becomes unreachable or reachable: for the log. */
import { EventEmitter } from 'node:events';
import type { GatewayError } from '../core/errors.ts';

interface AvailabilityEvents {
  /** `error`: why the provider cannot be reached; null once it answers again. */
  change: [provider: string, error: GatewayError | null];
}

export const availability = new EventEmitter<AvailabilityEvents>();
// Each gateway of the process adds a listener.
availability.setMaxListeners(0);

/** Returns a function to call after each attempt: with the failure if it is an outage, else with null. */
export function watchAvailability(provider: string): (outage: GatewayError | null) => void {
  let isDown = false;
  let reason = '';
  return (outage) => {
    if (outage === null ? !isDown : isDown && outage.message === reason) return;
    isDown = outage !== null;
    reason = outage?.message ?? '';
    availability.emit('change', provider, outage);
  };
}
