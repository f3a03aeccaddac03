/**
 * Traces for a collector that takes OTLP over HTTP. Nothing of OpenTelemetry is loaded unless `tracing` is configured. A
 * collector that is away is logged, and changes nothing for clients.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { outsideRequests } from '../../core/request-scope.ts';
import { setTracer } from '../../core/tracing.ts';
import type { Log } from '../log.ts';
import type { TracingSettings } from './trace-export.ts';

export interface Tracing {
  /** Sends the spans that wait, for at most two seconds. */
  close(): Promise<void>;
}

/** Part of what a gateway has to stop. */
const closeMs = 2_000;

/** Starts to trace. Call it before the gateway is created. `delayMs`: how long spans wait to be sent together. */
export async function openTracing(
  settings: TracingSettings,
  version: string,
  delayMs = 5_000,
): Promise<(log: Log) => Tracing> {
  const { createExport } = await import('./trace-export.ts');
  let log: Log | null = null;
  let isLogged = false;
  const onBug = (error: unknown) => {
    if (!isLogged) log?.error({ err: error }, 'traces failed');
    isLogged = log !== null;
  };
  // A batch is sent from within the request of its first span, and belongs to none.
  const onChange = (reason: string | null, lostSpans: number) =>
    outsideRequests(() => {
      if (reason === null) log?.info({ lostSpans }, 'the trace collector takes spans again');
      else log?.warn({ reason }, 'the trace collector takes no spans: they are lost until it does');
    });
  const { tracer, shutdown } = createExport(settings, version, { delayMs, onBug, onChange });
  const removeTracer = setTracer(tracer, onBug);
  return (given) => {
    log = given;
    return {
      async close() {
        removeTracer();
        const timer = new AbortController();
        await Promise.race([shutdown(), sleep(closeMs, undefined, { signal: timer.signal })]).catch(() => undefined);
        timer.abort();
      },
    };
  };
}
