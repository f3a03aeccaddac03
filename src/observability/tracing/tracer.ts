/** Spans of OpenTelemetry for those of `core/tracing.ts`. Attributes are redacted, as log lines are. */
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Span as LibrarySpan,
  type Tracer as LibraryTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { redactSecrets } from '../../core/secret-redaction.ts';
import type { Attributes, Span, SpanStart, Tracer } from '../../core/tracing.ts';

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

const propagator = new W3CTraceContextPropagator();

export function createTracer(library: LibraryTracer, onBug: (error: unknown) => void): Tracer {
  return {
    start({ name, kind = 'internal', attributes = {}, remote }, parent) {
      const context = parent instanceof TracedSpan ? parent.context : contextOf(remote);
      const span = library.startSpan(name, { kind: kinds[kind], attributes: redacted(attributes) }, context);
      return new TracedSpan(span, onBug);
    },
  };
}

/** Reads `traceparent` and `tracestate`; what is malformed begins a trace of its own. */
const contextOf = (remote: SpanStart['remote']): Context =>
  typeof remote === 'object' && remote !== null
    ? propagator.extract(ROOT_CONTEXT, remote, defaultTextMapGetter)
    : ROOT_CONTEXT;

const redacted = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'string' ? redactSecrets(value) : value]),
  );

class TracedSpan implements Span {
  readonly #span: LibrarySpan;
  readonly #onBug: (error: unknown) => void;
  readonly traceId: string;
  /** The parent of spans within this one. */
  readonly context: Context;

  constructor(span: LibrarySpan, onBug: (error: unknown) => void) {
    this.#span = span;
    this.#onBug = onBug;
    this.traceId = span.spanContext().traceId;
    this.context = trace.setSpan(ROOT_CONTEXT, span);
  }

  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(this.context, headers, defaultTextMapSetter);
    return headers;
  }

  end(error: string | null, attributes: Attributes = {}): void {
    try {
      // OpenTelemetry would report a second end.
      if (!this.#span.isRecording()) return;
      this.#span.setAttributes(redacted(attributes));
      if (error !== null) this.#span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
      this.#span.end();
    } catch (bug) {
      this.#onBug(bug);
    }
  }
}
