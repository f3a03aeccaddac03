/**
 * Metrics for Prometheus. Nothing of this is loaded or created unless `metrics` is configured. A failure in it is
 * logged and counted, and changes nothing for clients.
 */
import { addObserver } from '../../core/observer.ts';
import type { ProviderReading } from '../../core/protection-survey.ts';
import type { Log } from '../log.ts';
import { createBackupMetrics } from './backup-metrics.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { createMetricsListener } from './listener.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { startSurveys } from './survey-loop.ts';

export interface MetricsSettings {
  readonly host: string;
  readonly port: number;
  readonly tokenSha256: string | null;
  readonly maxEntitySeries: number;
}

/** What metrics read of a running gateway. */
export interface MetricsSources {
  readonly log: Log;
  /** Names and products of the configured providers. */
  readonly providers: readonly { readonly name: string; readonly kind: string }[];
  /** Whether the provider answers; null: not known. */
  readonly isUp: (provider: string) => boolean | null;
  readonly survey: (provider: string, signal: AbortSignal) => Promise<ProviderReading>;
  readonly protectionStatuses: readonly string[];
  readonly replayBytes: () => number;
  readonly isStorageUp: () => boolean;
  readonly droppedLogLines: () => number;
  /** Whether this replica exports metrics of backups; default: yes. Of several replicas, one does. */
  readonly isExporter?: () => boolean;
}

export interface Metrics {
  /** Starts the listener and the surveys; returns the address of the metrics. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** Creates the metrics of one gateway. Call it before the providers are created. */
export async function openMetrics(
  settings: MetricsSettings,
  providers: readonly string[],
): Promise<(sources: MetricsSources) => Metrics> {
  const library = await import('prom-client');
  const registry = new library.Registry();
  const make = createInstruments(library, registry);
  const errors = make.counter(
    'backplane_metrics_errors_total',
    'Failures of the metrics themselves; the log has the first.',
  );
  errors.inc({}, 0);
  let log: Log | null = null;
  let isLogged = false;
  const onBug = (error: unknown) => {
    errors.inc();
    if (!isLogged) log?.error({ err: error }, 'metrics failed');
    isLogged = log !== null;
  };
  const removeObserver = addObserver(createGatewayMetrics(make, providers), onBug);
  return (sources) => {
    log = sources.log;
    const stopMeasuring = addProcessMetrics(make);
    addSources(make, sources);
    const backups = createBackupMetrics(make, {
      providers: [...providers].sort(),
      protectionStatuses: sources.protectionStatuses,
      maxSeries: settings.maxEntitySeries,
    });
    const { contentType } = registry;
    const listener = createMetricsListener({
      tokenSha256: settings.tokenSha256,
      contentType,
      render: () => registry.metrics(),
      onBug,
    });
    let stopSurveys = () => {};
    return {
      async listen() {
        const address = await listener.listen(settings.port, settings.host);
        const { survey, isExporter = () => true } = sources;
        const loop = startSurveys({
          providers,
          survey,
          onReading: backups.update,
          onEnd: backups.clear,
          isExporter,
          onBug,
        });
        stopSurveys = () => loop.close();
        return address;
      },
      async close() {
        removeObserver();
        stopMeasuring();
        stopSurveys();
        await listener.close();
      },
    };
  };
}

function addSources(make: Instruments, sources: MetricsSources): void {
  const { providers, isUp, replayBytes, isStorageUp, droppedLogLines } = sources;
  const info = make.gauge('backplane_provider_info', 'Always 1: the product of a provider.', ['provider', 'kind']);
  for (const { name: provider, kind } of providers) info.set({ provider, kind }, 1);
  make.pulledByProvider(
    'backplane_provider_up',
    '1: the provider answers. 0: its newest request failed, and none succeeded within the last minute. Absent: not known.',
    providers.map(({ name }) => name),
    (provider) => toNumber(isUp(provider)),
  );
  make.pulled('backplane_replay_bytes', 'Memory of the replay logs that streams resume from.', replayBytes);
  make.pulled('backplane_storage_up', '1: the database can be used.', () => toNumber(isStorageUp()));
  make.pulledCounter(
    'backplane_log_lines_dropped_total',
    'Log lines that were lost, because the log could not be written.',
    droppedLogLines,
  );
}

const toNumber = (value: boolean | null): number | null => (value === null ? null : value ? 1 : 0);
