/** What metrics read of a gateway, and the places where its errors and providers are observed; for `app.ts`. */
import type { Catalog } from './catalog/catalog.ts';
import { surveyProtection } from './catalog/survey.ts';
import { observer } from './core/observer.ts';
import type { Provider } from './core/provider.ts';
import type { Viewer } from './core/viewer.ts';
import type { ToPublicError } from './limits/refusal.ts';
import { protectionStatuses } from './lists/protection.ts';
import { droppedLogLines, type Log } from './observability/log.ts';
import type { MetricsSources } from './observability/metrics/metrics.ts';
import type { Hub } from './polling/hub.ts';
import type { StorageHealth } from './storage/storage-health.ts';

export interface MeasuredGateway {
  readonly log: Log;
  /** Those of the current configuration. */
  readonly providers: () => readonly Provider[];
  readonly catalogFor: (viewer: Viewer) => Catalog;
  readonly listTimeoutMs: (provider: string) => number;
  readonly hub: Hub;
  readonly health: StorageHealth;
}

export function metricsSources(gateway: MeasuredGateway): MetricsSources {
  const { log, providers, catalogFor, listTimeoutMs, hub, health } = gateway;
  // Each sees one provider, so that one that is slow delays no other.
  const surveyors = new Map<string, Viewer>();
  const surveyor = (name: string): Viewer => {
    const viewer = surveyors.get(name) ?? surveyorOf(name);
    surveyors.set(name, viewer);
    return viewer;
  };
  return {
    log,
    get providers() {
      return providers();
    },
    isUp: (name) => isUp(providers().find((provider) => provider.name === name)),
    survey: async (name, signal) => {
      const isConfigured = providers().some((provider) => provider.name === name);
      return isConfigured ? surveyProtection(catalogFor(surveyor(name)), listTimeoutMs, signal) : null;
    },
    protectionStatuses,
    replayBytes: () => hub.replayBytes,
    isStorageUp: () => health.failure() === null,
    droppedLogLines,
  };
}

/** Counts each error once, when it becomes what a client sees. */
export const observeErrors =
  (toPublicError: ToPublicError): ToPublicError =>
  (thrown, request) => {
    const error = toPublicError(thrown, request);
    if (error !== thrown) observer()?.clientError(String(error.extensions['code']));
    return error;
  };

const surveyorOf = (provider: string): Viewer => ({
  id: 'metrics',
  name: 'metrics',
  role: 'READER',
  providers: [provider],
});

function isUp(provider: Provider | undefined): boolean | null {
  const { status } = provider?.health() ?? { status: 'UNKNOWN' };
  return status === 'UNKNOWN' ? null : status !== 'DOWN';
}
