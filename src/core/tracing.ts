/**
 * Spans: pieces of the gateway's work with a beginning, an end and a parent, for traces. A tracer belongs to the process, as
 * observers do. Without a tracer, a span costs one comparison. A tracer that throws changes nothing for its caller.
 */
import { findGatewayError } from './errors.ts';
import { currentRequest, inRequest, type Span } from './request-scope.ts';

export type { Span };

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Texts come from fixed sets, from the configuration, or from what log lines say; never from documents or variables. */
export interface SpanStart {
  readonly name: string;
  /** `server`: work for a client. `client`: a request to a product. */
  readonly kind?: 'server' | 'client' | 'internal';
  readonly attributes?: Attributes;
  /** The trace that the client is in: the headers `traceparent` and `tracestate`. Only for spans without a parent. */
  readonly remote?: unknown;
}

export interface Tracer {
  /** What it returns never throws. */
  start(span: SpanStart, parent: Span | null): Span;
}

let current: Tracer | null = null;
let report: (error: unknown) => void = () => undefined;

/** Returns a function that removes the tracer. `onBug` receives what it throws. */
export function setTracer(tracer: Tracer, onBug: (error: unknown) => void): () => void {
  current = tracer;
  report = onBug;
  return () => {
    if (current === tracer) current = null;
  };
}

export const isTracing = (): boolean => current !== null;

/** Starts a span within the current one; a trace of its own if there is none. Null without a tracer. */
export function startSpan(start: SpanStart): Span | null {
  if (current === null) return null;
  try {
    return current.start(start, currentSpan());
  } catch (error) {
    report(error);
    return null;
  }
}

/** Runs `work`, and everything that it starts, within this span. */
export const inSpan = <T>(span: Span | null, work: () => T): T =>
  span === null ? work() : inRequest({ requestId: null, ...currentRequest(), span }, work);

/** Runs `work` in a span of its own, which ends with it. */
export function traced<T>(start: SpanStart, work: () => Promise<T>): Promise<T> {
  const span = startSpan(start);
  return span === null ? work() : untilEnd(span, work);
}

async function untilEnd<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    const result = await inSpan(span, work);
    span.end(null);
    return result;
  } catch (error) {
    span.end(errorTypeOf(error));
    throw error;
  }
}

/** The same for a part of other work: alone, it makes no trace. */
export const tracedWithin = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  current === null || currentSpan() === null ? work() : traced({ name }, work);

/** Headers that pass the current trace on. */
export const traceHeaders = (): Readonly<Record<string, string>> => currentSpan()?.headers() ?? {};

/** The code of one of our errors, or the class of another: never its message. */
export const errorTypeOf = (error: unknown): string =>
  findGatewayError(error)?.code ?? (error instanceof Error ? error.name : 'unknown');

const currentSpan = (): Span | null => currentRequest()?.span ?? null;
