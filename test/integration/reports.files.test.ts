/** Reports as they are written: the text of their cells, and clients that do not read them to the end. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import type { Slots } from '../../src/limits/slots.ts';
import { createReports, type ReportsOptions } from '../../src/transport/reports.ts';
import { aBackup } from '../support/model.ts';
import { parseCsv, toRows } from '../support/report-rows.ts';
import { until } from '../support/timing.ts';

describe('cells', () => {
  const nasty = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a "quote", and\r\na line', 'plain', "'=x", ' =1'];
  const rows = nasty.map((name, index) => ({
    ...aBackup({ externalId: String(index) }),
    name,
    itemCount: -1,
    observedAt: undefined,
  }));

  async function report(format: string): Promise<string> {
    await using server = await serve(() => ({ asOf: 0, rows: each(rows) }));
    return (await fetch(`${server.origin}/reports/backups.${format}`)).text();
  }

  test('of CSV are no formulas, and numbers stay numbers', async () => {
    const [head = [], ...lines] = parseCsv(await report('csv'));
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    expect(column('name')).toEqual(nasty.map((name) => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name)));
    expect(new Set(column('itemCount'))).toEqual(new Set(['-1']));
  });

  test('of JSON Lines are as they were', async () => {
    expect(toRows(await report('jsonl')).map(({ name }) => name)).toEqual(nasty);
  });
});

test('a report whose first rows take too long is refused, and its reading ends', async () => {
  let reading: AbortSignal | null = null;
  await using server = await serve((signal) => {
    reading = signal;
    return new Promise(() => undefined);
  }, 0.05);
  const response = await fetch(`${server.origin}/reports/backups.csv`);
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('The first rows took longer than 0.05 s: give a narrower filter.');
  expect(server.taken()).toBe(0);
  await until(() => reading?.aborted === true, 'the reading ends');
});

describe('a client that', () => {
  /** Rows without an end, and how many were read. */
  const endless = () => {
    const state = { read: 0, isStopped: false, signal: null as AbortSignal | null };
    async function* rows() {
      try {
        for (;;) {
          yield { ...aBackup({ externalId: String(++state.read) }), name: 'x'.repeat(1_000) };
          if (state.read % 100 === 0) await new Promise(setImmediate);
        }
      } finally {
        state.isStopped = true;
      }
    }
    return { state, rows };
  };

  test('stops to read holds the reading of rows, and one that leaves ends it', async () => {
    const { state, rows } = endless();
    await using server = await serve((signal) => {
      state.signal = signal;
      return { asOf: 0, rows: rows() };
    });
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.write('GET /reports/backups.jsonl HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await until(() => state.read > 100, 'rows are read');
    // Nothing is taken from the socket: its buffers fill.
    let before = -1;
    await until(async () => {
      const isStill = state.read === before;
      before = state.read;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return isStill && state.read === before;
    }, 'the reading pauses');
    // Some megabytes of buffers of the system.
    expect(state.read).toBeLessThan(20_000);
    expect(state.isStopped).toBe(false);
    socket.destroy();
    await until(() => state.isStopped && state.signal?.aborted === true && server.taken() === 0, 'the reading ends');
  });

  test('speaks HTTP/1.0 gets no report, since it could not see that one is cut', async () => {
    const { rows } = endless();
    await using server = await serve(() => ({ asOf: 0, rows: rows() }));
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.write('GET /reports/backups.csv HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 505 [\s\S]*proxy_http_version 1.1/);
  });
});

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

interface Opened {
  readonly asOf: number;
  readonly rows: AsyncIterable<Backup>;
}

/** The reports alone, over rows of the test. */
async function serve(open: (signal: AbortSignal) => Opened | Promise<Opened>, requestSeconds = 600) {
  let taken = 0;
  const operations: Pick<Slots, 'take'> = {
    take: () => {
      taken++;
      return () => void taken--;
    },
  };
  const caller = { requestId: 'r', address: '127.0.0.1' };
  const viewer = { id: 'v', name: 'v', role: 'READER', providers: null } as const;
  const reports = createReports({
    authenticateRequest: () => ({ viewer, expiresAt: null, ...caller, countedAs: 'v' }),
    catalogFor: () =>
      ({ reports: { backups: (_: unknown, signal: AbortSignal) => Promise.resolve(open(signal)) } }) as never,
    readReport: (name) => ({ name, filter: {}, maxAgeSeconds: 0 }) as never,
    rowIds: { ofBackup: ({ externalId }) => externalId, ofBackedUp: () => null, ofEntity: () => '' },
    operations,
    limits: { requestSeconds },
    log: { warn: () => undefined } as unknown as ReportsOptions['log'],
  });
  const server = createServer((request, response) => {
    const [, name = ''] = /^\/reports\/(.*)$/.exec(request.url ?? '') ?? [];
    void reports.byName(name, request, response, caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => taken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
