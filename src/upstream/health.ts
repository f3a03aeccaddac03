import type { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import type { ProviderHealth } from '../core/provider.ts';

/** The health of one provider, as its traffic shows it. */
export interface Health {
  succeeded(latencyMs: number): void;
  failed(error: GatewayError, latencyMs: number): void;
  current(): ProviderHealth;
}

const degradedForMicroseconds = 60_000_000;

/** `refusal`: why the circuit breaker sends nothing now, if it does; then the provider is DOWN. */
export function createHealth(refusal: () => GatewayError | null = () => null): Health {
  let checkedAt: Instant | null = null;
  let succeededAt: Instant | null = null;
  let latencyMs: number | null = null;
  let error: GatewayError | null = null;

  function succeeded(ms: number): void {
    checkedAt = succeededAt = now();
    latencyMs = ms;
    error = null;
  }

  return {
    succeeded,
    failed(failure, ms) {
      if (!failure.traits.isUnhealthy) return succeeded(ms);
      checkedAt = now();
      latencyMs = ms;
      error = failure;
    },
    current() {
      const notAsked = refusal();
      if (notAsked) return { status: 'DOWN', checkedAt, latencyMs, error: notAsked };
      const wasFine = succeededAt !== null && now() - succeededAt < degradedForMicroseconds;
      const status = checkedAt === null ? 'UNKNOWN' : error === null ? 'UP' : wasFine ? 'DEGRADED' : 'DOWN';
      return { status, checkedAt, latencyMs, error };
    },
  };
}
