/** A long log behind nginx: replicas are killed one after another, sockets are cut, and PostgreSQL is restarted. */
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { startBalanced } from '../../support/balanced-replicas.ts';
import { type Event, logText } from '../../support/borg-log-end.ts';
import { globalId } from '../../support/gateway.ts';
import { isNginxMissing } from '../../support/nginx.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

/** A socket that is cut while it connects fails after its client has left it. */
class CutSocket extends WebSocket {
  constructor(...options: ConstructorParameters<typeof WebSocket>) {
    super(...options);
    this.on('error', () => undefined);
  }
}

const linesPerSecond = 30;
const wantedLines = 10_000;

/** Reads the log to its end, and subscribes again after its last cursor whenever its socket is gone. */
function readLog(url: string, id: string) {
  const events: Event[] = [];
  let [cuts, subscriptions, isOpen] = [0, 0, true];
  // A retry of the client itself would subscribe with the first cursor again.
  const client = createClient({ url, webSocketImpl: CutSocket, retryAttempts: 0 });
  const ended = (async () => {
    while (isOpen && events.at(-1)?.__typename !== 'BackupFinished') {
      const after = events.at(-1)?.cursor ?? null;
      subscriptions++;
      try {
        const results = client.iterate<{ backupLog: Event }>({ query: logText, variables: { id, after } });
        for await (const { data } of results) if (data) events.push(data.backupLog);
      } catch {
        await setTimeout(50);
      }
    }
  })();
  return {
    events,
    ended,
    numbers: () => events.flatMap((event) => event.lines ?? []).map(({ number }) => number),
    texts: () => events.flatMap((event) => event.lines ?? []).map(({ raw }) => raw),
    figures: () => ({ cuts, subscriptions }),
    cut() {
      cuts++;
      client.terminate();
    },
    async stop() {
      isOpen = false;
      await client.dispose();
      client.terminate();
      await ended;
    },
  };
}

const brief = ({ lines = [], ...event }: Event) => ({ ...event, lines: lines.map(({ number }) => number) });

leftToNightly('a log of 10,000 lines over killed replicas', 'it takes six minutes');

describe.skipIf(isNginxMissing || !isNightly)('a log of 10,000 lines', () => {
  it(
    'is told once, in order and without a gap, while replicas are killed, sockets cut and PostgreSQL restarted',
    async () => {
      const url = await server.database();
      const sandbox = await startBorgSandbox({ speed: 1, demo: false, history: 5, logPolicy: 'all_jobs' });
      onTestFinished(() => sandbox.close());
      const balanced = await startBalanced(url, 3, { providers: [sandbox.config] });
      const script = { durationSeconds: Math.ceil(wantedLines / linesPerSecond) + 5, linesPerSecond };
      const id = globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting, { script })));
      const readers = Array.from({ length: 6 }, () => readLog(balanced.ws, id));
      onTestFinished(async () => void (await Promise.all(readers.map((reader) => reader.stop()))));
      const last = () => Math.min(...readers.map((reader) => reader.numbers().at(-1) ?? 0));
      const isOver = () => readers.every(({ events }) => events.at(-1)?.__typename === 'BackupFinished');
      await expect.poll(last, { timeout: hangMs }).toBeGreaterThan(0);
      let [kills, restarts] = [0, 0];
      const cutting = (async () => {
        while (!isOver()) {
          await setTimeout(randomInt(500, 2_000));
          readers[randomInt(readers.length)]?.cut();
        }
      })();
      const killing = (async () => {
        while (last() < wantedLines - 30 * linesPerSecond) {
          await setTimeout(randomInt(2_000, 6_000));
          await balanced.restart(kills++ % 3, 'SIGKILL');
          if (restarts > 0 || last() < wantedLines / 2) continue;
          restarts++;
          await server.crash();
          await server.start();
        }
      })();
      await Promise.all([killing, cutting, ...readers.map((reader) => reader.ended)]);
      const leases = await run(url, "SELECT epoch FROM backplane.leases WHERE starts_with(name, 'watch files')");
      const counts = readers.map((reader) => {
        const numbers = reader.numbers();
        const seen = new Set(numbers);
        return {
          received: numbers.length,
          repeated: numbers.length - seen.size,
          lost: (numbers.at(-1) ?? 0) - seen.size,
        };
      });
      const sum = (of: 'cuts' | 'subscriptions') => readers.reduce((total, reader) => total + reader.figures()[of], 0);
      process.stdout.write(
        `${kills} kills, ${restarts} restart of PostgreSQL, ${sum('cuts')} cuts, ${sum('subscriptions')} subscriptions, polls taken over ${Number(leases[0]?.['epoch']) - 1} times: ${JSON.stringify(counts)}\n`,
      );
      // With the events around it.
      const gaps = readers.flatMap(({ events }) =>
        events.flatMap((event, index) =>
          event.__typename === 'StreamGap'
            ? [JSON.stringify(events.slice(Math.max(0, index - 2), index + 2).map(brief))]
            : [],
        ),
      );
      expect(gaps).toEqual([]);
      for (const reader of readers) {
        const numbers = reader.numbers();
        expect(numbers.length).toBeGreaterThanOrEqual(wantedLines);
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
        expect(reader.texts()).toEqual(readers[0]?.texts());
      }
      expect([kills > 5, restarts]).toEqual([true, 1]);
    },
    20 * hangMs,
  );
});
