/** What one gateway has started or cancelled is in the next answers of the others. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { casesOf, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const commands = casesOf(1_000, 30);
const list = '{ backups(first: 1) { nodes { id status } problems { code } } }';
const node = 'query ($id: ID!) { node(id: $id) { ... on Backup { id status } } }';
const start = `mutation { startBackup(input: { entityId: "${accounting}" }) { backup { id } userErrors { code } } }`;
const cancel = 'mutation ($id: ID!) { cancelBackup(input: { id: $id }) { backup { id } userErrors { code } } }';

interface Row {
  readonly id: string;
  readonly status: string;
}

interface Started {
  readonly startBackup: { readonly backup: { readonly id: string } | null };
}

interface Listed {
  readonly backups: { readonly nodes: readonly Row[] };
}

it(
  `the next list and the next node after each of ${commands} commands of another gateway show it`,
  async () => {
    leftToNightly('970 of 1,000 reads after a command', 'the gate needs a few');
    await using cluster = await startReplicas(server, 3, {
      limits: { mutationsPerMinute: 100_000, requestsPerMinute: 100_000 },
      history: { off: true },
      takeoverMs: 60_000,
    });
    let turn = 0;
    const askNext = async <Data = unknown>(text: string, variables: Record<string, unknown> = {}): Promise<Data> =>
      (await cluster.replicas[turn++ % 3]?.gateway.askText(text, variables))?.data as Data;
    // All have a list in their cache, which is for a minute.
    for (let warm = 0; warm < 3; warm++) await askNext(list);
    for (let command = 0; command < commands; command += 2) {
      const what = `command ${command}`;
      const started = await askNext<Started>(start);
      const id = started.startBackup.backup?.id;
      expect(started, `${what}: ${JSON.stringify(started)}`).toMatchObject({
        startBackup: { backup: {}, userErrors: [] },
      });
      for (let reader = 0; reader < 2; reader++) {
        const { backups } = await askNext<Listed>(list);
        expect(backups.nodes[0]?.id, `${what}: the list of reader ${reader}`).toBe(id);
      }
      expect(await askNext(node, { id }), what).toMatchObject({ node: { id } });
      const running = await askNext(node, { id });
      const cancelled = await askNext(cancel, { id });
      expect(cancelled, `${what}: ${JSON.stringify(running)}`).toMatchObject({ cancelBackup: { userErrors: [] } });
      for (let reader = 0; reader < 2; reader++) {
        const seen = await askNext<{ node: Row }>(node, { id });
        expect(seen.node.status, `${what}: reader ${reader}`).toMatch(/^CANCEL/);
      }
      const { backups } = await askNext<Listed>(list);
      expect(backups.nodes[0], what).toMatchObject({ id });
      expect(backups.nodes[0]?.status, what).toMatch(/^CANCEL/);
      cluster.sandbox.clock.advance(60_000);
    }
    expect(startsOf(cluster.sandbox)).toBe(commands / 2);
  },
  casesOf(10, 1) * hangMs,
);
