/** Whether a provider can be reached, told once for each change: for the log. */
import { EventEmitter } from 'node:events';
import type { GatewayError } from '../core/errors.ts';

interface AvailabilityEvents {
  /** `error`: why it cannot be reached; null: it answers again. */
  change: [provider: string, error: GatewayError | null];
}

export const availability = new EventEmitter<AvailabilityEvents>();
// One listener for each gateway of this process.
availability.setMaxListeners(0);

/** Returns what to call after each attempt, with the failure where it is an outage. */
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
