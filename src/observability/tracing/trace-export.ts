/** Batches spans and posts them to the collector. Loads OpenTelemetry. */
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Secret } from '../../core/secret.ts';
import type { Tracer } from '../../core/tracing.ts';
import { createTracer } from './tracer.ts';

export interface TracingSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly sampleRatio: number;
  readonly serviceName: string;
}

export interface ExportOptions {
  readonly delayMs: number;
  readonly onBug: (error: unknown) => void;
  /** The collector takes no spans, and why; null: it does again, after so many spans were lost. */
  readonly onChange: (reason: string | null, lostSpans: number) => void;
}

export interface Export {
  readonly tracer: Tracer;
  /** Sends what waits. Rejects if the collector does not take it. */
  shutdown(): Promise<void>;
}

/** Spans that wait at most; later ones are dropped. A span takes about 2 kB. */
const maxWaiting = 2_048;
const maxBatch = 512;
/** Of one batch, with repetitions. */
const timeoutMs = 5_000;

export function createExport(settings: TracingSettings, version: string, options: ExportOptions): Export {
  const { url, headers, sampleRatio, serviceName } = settings;
  const exporter = new OTLPTraceExporter({
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
    timeoutMillis: timeoutMs,
    concurrencyLimit: 4,
  });
  const processor = new BatchSpanProcessor(watched(exporter, options.onChange), {
    maxQueueSize: maxWaiting,
    maxExportBatchSize: maxBatch,
    scheduledDelayMillis: options.delayMs,
    exportTimeoutMillis: timeoutMs + 1_000,
  });
  const provider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    spanLimits: { attributeValueLengthLimit: 200, attributeCountLimit: 16, eventCountLimit: 0, linkCountLimit: 0 },
    spanProcessors: [processor],
  });
  return {
    tracer: createTracer(provider.getTracer('backplane', version), options.onBug),
    shutdown: () => provider.shutdown(),
  };
}

/** Tells each change of what the collector does. */
function watched(exporter: SpanExporter, onChange: ExportOptions['onChange']): SpanExporter {
  let isAway = false;
  let lost = 0;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isFailed = result.code !== ExportResultCode.SUCCESS;
        if (isFailed) lost += spans.length;
        if (isFailed !== isAway) {
          isAway = isFailed;
          onChange(isFailed ? reasonOf(result.error) : null, lost);
          if (!isFailed) lost = 0;
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** For people; without the address, which the configuration has, and without the collector's own words. */
function reasonOf(error: Error | undefined): string {
  const code = error && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return `it answers with status ${code}`;
  if (typeof code === 'string') return `it cannot be reached (${code})`;
  return error?.message === 'Request timed out' ? 'it does not answer in time' : 'it refuses them';
}
