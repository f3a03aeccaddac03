/** The screens of `examples/urql` and `examples/relay`, rendered by React over a gateway on a port. */

import { type ReactNode, Suspense } from 'react';
import { RelayEnvironmentProvider } from 'react-relay';
import { Provider } from 'urql';
import { describe, expect, it } from 'vitest';
import { startCutting } from '../../test/support/cutting.ts';
import { type BorgGateway, globalId, startBorgGateway, type TestGateway } from '../../test/support/gateway.ts';
import { createSocket } from '../graphql-ws/socket.ts';
import { Backups as RelayBackups } from '../relay/Backups.tsx';
import { createRelayEnvironment } from '../relay/environment.ts';
import { Backups as UrqlBackups } from '../urql/Backups.tsx';
import { createUrqlClient } from '../urql/client.ts';
import { render } from './screen.ts';

type Socket = ReturnType<typeof createSocket>;

const screens: Record<string, (url: string, socket: Socket) => ReactNode> = {
  urql: (url, socket) => (
    <Provider value={createUrqlClient(url, socket)}>
      <UrqlBackups />
    </Provider>
  ),
  relay: (url, socket) => (
    <RelayEnvironmentProvider environment={createRelayEnvironment(url, socket)}>
      <Suspense fallback="Loading">
        <RelayBackups />
      </Suspense>
    </RelayEnvironmentProvider>
  ),
};

async function open(make: (url: string, socket: Socket) => ReactNode) {
  const gateway = await startBorgGateway({ logPolicy: 'all_jobs' });
  const cutting = await startCutting(await gateway.listen());
  const url = `${cutting.origin}/graphql`;
  const socket = createSocket(url);
  const screen = await render(make(url, socket));
  await expect.poll(() => screen.items().length).toBe(5);
  return {
    gateway,
    cutting,
    screen,
    async [Symbol.asyncDispose]() {
      await screen[Symbol.asyncDispose]();
      await socket.dispose();
      await cutting[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

/** As the rows of both screens begin. */
async function rows(gateway: TestGateway, count: number): Promise<string[]> {
  const { data } = await gateway.askText(`{ backups(first: ${count}) { nodes { status entity { name } } } }`);
  const page = data?.['backups'] as { nodes: { status: string; entity: { name: string } }[] } | undefined;
  return (page?.nodes ?? []).map(({ status, entity }) => `${entity.name}: ${status}`);
}

/** A backup was started in the product. */
const started = ({ sandbox }: BorgGateway) =>
  expect.poll(() => sandbox.requests.some(({ path }) => path.endsWith('/backup/start'))).toBe(true);

/** The whole log, read by nobody's client and over no connection that breaks. */
async function logOf(gateway: TestGateway, id: string): Promise<string[]> {
  const client = await gateway.connect();
  const query = `subscription { backupLog(id: "${id}") { ... on LogLinesAppended { lines { text } } } }`;
  const lines: string[] = [];
  for await (const { data } of client.iterate<{ backupLog: { lines?: { text: string }[] } }>({ query })) {
    lines.push(...(data?.backupLog.lines ?? []).map(({ text }) => text));
  }
  return lines;
}

describe.each(Object.entries(screens))('a screen with %s', (name, make) => {
  it('shows the newest backups, then older ones', async () => {
    await using fixture = await open(make);
    const all = await rows(fixture.gateway, 10);
    const shown = () => fixture.screen.items().map((item) => item.replace(/(Refresh|Run now)+$/, ''));
    expect(shown()).toEqual(all.slice(0, 5));
    fixture.screen.press('Older');
    // Relay joins the pages, urql shows the next one.
    await expect.poll(shown).toEqual(name === 'relay' ? all : all.slice(5));
  });

  it('starts a backup and follows its log over cut connections: every line, once, in order', async () => {
    await using fixture = await open(make);
    const { clock } = fixture.gateway.sandbox;
    const shown = () => fixture.screen.lines();
    fixture.screen.press('Run now');
    await started(fixture.gateway);
    for (let second = 0; second < 45; second += 3) {
      const before = shown().length;
      clock.advance(3_000);
      if (second < 36) await expect.poll(() => shown().length).toBeGreaterThan(before);
      if (second % 9 === 3 && second < 36) fixture.cutting.cut();
    }
    await expect.poll(() => shown().at(-1)).toBe('SUCCEEDED');
    const lines = await logOf(fixture.gateway, globalId('BorgBackup', 'files', '61'));
    expect(shown()).toEqual([...lines, 'SUCCEEDED']);
    expect(lines.length).toBeGreaterThan(150);
    expect(fixture.cutting.lost).toBeGreaterThan(2);
  });

  it('says why a backup may not be started', async () => {
    await using fixture = await open(make);
    fixture.screen.press('Run now');
    await started(fixture.gateway);
    fixture.screen.press('Run now');
    await expect.poll(() => fixture.screen.alerts().join()).toMatch(/already|limit|runs/i);
  });
});

describe('a screen with relay', () => {
  it('asks for one backup again by its id alone', async () => {
    const { relay } = screens;
    await using fixture = await open(relay ?? (() => null));
    const job = fixture.gateway.sandbox.startOutside('/backups/accounting', { script: { durationSeconds: 60 } });
    expect(job).toBe(61);
    await using second = await render(
      relay?.(`${fixture.cutting.origin}/graphql`, createSocket(fixture.cutting.origin)),
    );
    await expect.poll(() => second.items()[0]).toContain('RUNNING');
    fixture.gateway.sandbox.clock.advance(70_000);
    second.press('Refresh');
    await expect.poll(() => second.items()[0]).toContain('SUCCEEDED');
  });
});
