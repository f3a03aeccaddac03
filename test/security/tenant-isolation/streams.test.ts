/** Streams of a viewer while a lot happens at providers that it may not see. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { type Doors, openDoors } from '../../support/tenants.ts';
import { until } from '../../support/watched.ts';

const changes = `subscription($filter: BackupFilter, $after: String) {
  backupChanges(filter: $filter, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on BackupStarted { backup { externalId status provider { name } } }
    ... on BackupUpdated { backup { externalId status provider { name } } }
    ... on BackupFinished { backup { externalId status provider { name } } }
    ... on StreamGap { reason }
    ... on StreamStalled { problem { code message provider { name } } }
  }
}`;

interface Change {
  readonly __typename: string;
  readonly cursor: string;
  readonly backup?: { readonly externalId: string };
}

interface Watcher {
  readonly told: readonly Change[];
  readonly failure: unknown;
  has(externalId: string): boolean;
  stop(): Promise<void>;
}

type Variables = Readonly<Record<string, unknown>>;
type Watch = (gateway: TestGateway, token: string, variables?: Variables) => Promise<Watcher>;

async function watchSocket(...[gateway, token, variables = {}]: Parameters<Watch>): Promise<Watcher> {
  const told: Change[] = [];
  const watcher = {
    told,
    failure: null as unknown,
    has: (externalId: string) => told.some(({ backup }) => backup?.externalId === externalId),
    stop: async () => client.dispose(),
  };
  const client = await gateway.as(token).connect();
  client.subscribe(
    { query: changes, variables },
    {
      next: ({ data }) => told.push(data?.['backupChanges'] as Change),
      error: (error) => (watcher.failure = error),
      complete: () => (watcher.failure = 'complete'),
    },
  );
  return watcher;
}

async function watchEvents(...[gateway, token, variables = {}]: Parameters<Watch>): Promise<Watcher> {
  const told: Change[] = [];
  const gone = new AbortController();
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: changes, variables }),
    signal: gone.signal,
  });
  const watcher = {
    told,
    failure: null as unknown,
    has: (externalId: string) => told.some(({ backup }) => backup?.externalId === externalId),
    stop: async () => gone.abort(),
  };
  const read = async () => {
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + part).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data) told.push((JSON.parse(data) as { data: { backupChanges: Change } }).data.backupChanges);
      }
    }
  };
  read().catch((error: unknown) => {
    if (!gone.signal.aborted) watcher.failure = error;
  });
  return watcher;
}

const withoutCursors = (told: readonly Change[]) => told.map(({ cursor: _, ...rest }) => rest);

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors[Symbol.asyncDispose]());

/** A backup that ends now; the time of the product goes on, so that it is the newest. */
function addBackup(product: Doors['seen']['vprotect']): string {
  product.clock.advance(60_000);
  return product.addFinished();
}

const patienceMs = 20_000;

/** Until each of them watches: what happens from then on is told. */
async function watching(product: Doors['seen']['vprotect'], watchers: readonly Watcher[]): Promise<void> {
  const before = watchers.map(({ told }) => told.length);
  let added = 0;
  await until(() => {
    // Not at every look: each is read by several gateways.
    if (added++ % 40 === 0) addBackup(product);
    return watchers.every(({ told }, index) => told.length > (before[index] ?? 0));
  }, patienceMs);
  const last = addBackup(product);
  await until(() => watchers.every((watcher) => watcher.has(last)), patienceMs);
}

describe.each([
  ['WebSocket', watchSocket],
  ['server-sent events', watchEvents],
] as const)('backupChanges over %s', (_, watch: Watch) => {
  test('tells nothing of what happens, fails or is missing at a hidden provider', async () => {
    const { seen, hidden, closed, absent } = doors;
    const guest = await watch(closed, 'guest');
    const other = await watch(absent, 'guest');
    const chief = await watch(closed, 'chief');
    await watching(seen.vprotect, [guest, other, chief]);
    await watching(hidden.vprotect, [chief]);
    const from = { guest: guest.told.length, other: other.told.length };

    hidden.labii.outage = true;
    const secret = [addBackup(hidden.vprotect), addBackup(hidden.vprotect)];
    await until(
      () => secret.every((id) => chief.has(id)) && chief.told.some(({ __typename }) => __typename === 'StreamStalled'),
      patienceMs,
    );
    const shown = addBackup(seen.vprotect);
    await until(() => [guest, other, chief].every((one) => one.has(shown)), patienceMs);
    await until(() => guest.told.length - from.guest === other.told.length - from.other, patienceMs);
    const told = withoutCursors(guest.told.slice(from.guest));
    expect(told).toEqual(withoutCursors(other.told.slice(from.other)));
    expect(told.map(({ __typename }) => __typename)).toEqual(['BackupStarted', 'BackupFinished']);
    expect([guest.failure, other.failure]).toEqual([null, null]);

    // The chief's cursor of something hidden: a place like any other, after which there is only what is the guest's.
    const place = chief.told.find(({ backup }) => backup?.externalId === secret[0])?.cursor;
    const resumed = await watch(closed, 'guest', { after: place });
    await until(() => resumed.told.length === 2, patienceMs);
    expect(withoutCursors(resumed.told)).toEqual(told);
    hidden.labii.outage = false;
    await Promise.all([guest, other, chief, resumed].map((one) => one.stop()));
  });

  test('by entities of a hidden provider watches nobody', async () => {
    await using own = await openDoors();
    const { closed, absent, hidden, seen } = own;
    const text = '{ protectedEntities(first: 200) { nodes { id providerName } } }';
    const { data } = await closed.as('chief').askText(text);
    const list = data?.['protectedEntities'] as { nodes: { id: string; providerName: string }[] } | undefined;
    const entities = list?.nodes.filter(({ providerName }) => providerName === 'z-machines').map(({ id }) => id);
    expect(entities).not.toEqual([]);
    own.hiddenRequests();
    const guest = await watch(closed, 'guest', { filter: { entities } });
    const other = await watch(absent, 'guest', { filter: { entities } });
    const witness = await watch(closed, 'guest');
    addBackup(hidden.vprotect);
    await watching(seen.vprotect, [witness]);
    expect([guest.told, other.told, guest.failure, other.failure]).toEqual([[], [], null, null]);
    expect(own.hiddenRequests()).toEqual([]);
    await Promise.all([guest, other, witness].map((one) => one.stop()));
  });
});
