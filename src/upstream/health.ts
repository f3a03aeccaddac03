import type { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import type { ProviderHealth } from '../core/provider.ts';

/** How one product has been answering, as its traffic shows. */
export interface Health {
  succeeded(latencyMs: number): void;
  failed(error: GatewayError, latencyMs: number): void;
  current(): ProviderHealth;
}

const degradedForMicroseconds = 60_000_000;

/** Codes that say that the product does not do its work; any other refusal is an answer of a healthy one. */
const isFailure = (error: GatewayError): boolean =>
  error.code === 'OUTCOME_UNKNOWN' || error.code === 'PROVIDER_UNAUTHENTICATED' || isOutage(error);

const isOutage = ({ code }: GatewayError): boolean =>
  code === 'PROVIDER_UNAVAILABLE' ||
  code === 'PROVIDER_TIMEOUT' ||
  code === 'PROVIDER_RATE_LIMITED' ||
  code === 'PROVIDER_INVALID_RESPONSE';

/** `refusal` tells why the product is not asked now: then it is down, however well it was a moment ago. */
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
      if (!isFailure(failure)) return succeeded(ms);
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
