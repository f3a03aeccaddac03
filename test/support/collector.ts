/** A trace collector for tests: takes OTLP as JSON over HTTP, and shows spans as trees. */
import type { ServerResponse } from 'node:http';
import { Secret } from '../../src/core/secret.ts';
import { openTracing } from '../../src/observability/tracing/tracing.ts';
import { sendJson, serve, type TestServer } from './http-server.ts';
import { until } from './timing.ts';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: none. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly server: TestServer;
  /** In the order of their ends. */
  readonly spans: readonly CollectedSpan[];
  /** Everything that came, as text. */
  readonly text: string;
  /** Names of a span and of what is within it, indented; siblings in the order of their names, and equal ones once. */
  treeOf(span: CollectedSpan): string[];
  childrenOf(span: CollectedSpan): CollectedSpan[];
  /** Waits for spans of which this is true, and returns the first. */
  find(isWanted: (span: CollectedSpan) => boolean): Promise<CollectedSpan>;
  /** For `startGateway`. */
  open(settings?: { readonly sampleRatio?: number }): ReturnType<typeof openTracing>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
  readonly status: { code: number };
}

interface OtlpBody {
  readonly resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

const toSpan = (span: OtlpSpan): CollectedSpan => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId ?? '',
  name: span.name,
  kind: (['internal', 'internal', 'server', 'client'] as const)[span.kind] ?? 'internal',
  attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  isError: span.status.code === 2,
});

const accept = (response: ServerResponse): void => sendJson(response, {});

export async function startCollector(answer: (response: ServerResponse) => void = accept): Promise<Collector> {
  const taken: string[] = [];
  const server = await serve((_, response) => {
    taken.push(server.bodies.at(-1) ?? '');
    answer(response);
  });
  const collector: Collector = {
    url: `${server.url}/v1/traces`,
    server,
    get spans() {
      const bodies = taken.map((body) => JSON.parse(body) as OtlpBody);
      return bodies.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(toSpan))),
      );
    },
    get text() {
      return taken.join('\n');
    },
    childrenOf: ({ spanId }) => collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId),
    treeOf(span) {
      const within = collector.childrenOf(span).map((child) =>
        collector
          .treeOf(child)
          .map((line) => `  ${line}`)
          .join('\n'),
      );
      // Requests that are alike are one.
      return [span.name, ...[...new Set(within)].sort().flatMap((tree) => tree.split('\n'))];
    },
    async find(isWanted) {
      await until(async () => collector.spans.some(isWanted));
      return collector.spans.find(isWanted) as CollectedSpan;
    },
    open: ({ sampleRatio = 1 } = {}) =>
      openTracing(
        {
          url: collector.url,
          headers: { authorization: new Secret('collector-token') },
          sampleRatio,
          serviceName: 'test',
        },
        '1.2.3',
        10,
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return collector;
}
