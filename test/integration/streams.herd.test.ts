/** Many clients come back at once, as after a restart: their streams are read together. */
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { casesOf } from '../support/nightly.ts';

const herd = casesOf(1_500, 500);

/** The first event of one stream over SSE; cancels it afterwards. */
async function firstEvent(fetch: (request: Request) => Promise<Response>, id: string): Promise<string> {
  const leave = new AbortController();
  const response = await fetch(
    new Request('http://gateway.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        query: `subscription { backupProgress(id: "${id}") { __typename ... on StreamStalled { problem { code } } } }`,
      }),
      signal: leave.signal,
    }),
  );
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (!/^data: \{/m.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  await reader.cancel();
  leave.abort();
  return text;
}

it(`${herd} distinct streams are told of their backups by a few calls upstream, and none is RATE_LIMITED`, async () => {
  await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: herd });
  await using gateway = startGateway({ providers: [sandbox.config], log: { level: 'silent' } });
  const ids = Array.from({ length: herd }, (_, index) => globalId('BorgBackup', 'files', String(index + 1)));
  const events = await Promise.all(ids.map((id) => firstEvent(gateway.app.fetch, id)));
  expect(events.filter((text) => !text.includes('BackupFinished'))).toEqual([]);
  const reads = sandbox.requests.filter(({ path }) => path.startsWith('/api/backup/'));
  expect(reads.length).toBeLessThanOrEqual(herd / 50);
});

it('a product that shows one backup at a time is asked once for each, and no stream stalls', async () => {
  await using sandbox = await startLabiiSandbox({});
  await using gateway = startGateway({ providers: [sandbox.config] });
  const listed = await gateway.askText('{ backups(first: 50) { nodes { id } } }');
  const ids = (listed.data as { backups: { nodes: { id: string }[] } }).backups.nodes.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(10);
  const before = sandbox.requests.length;
  const events = await Promise.all(ids.map((id) => firstEvent(gateway.app.fetch, id)));
  expect(events.filter((text) => text.includes('Stalled'))).toEqual([]);
  expect(sandbox.requests.length - before).toBeLessThanOrEqual(2 * ids.length);
});
