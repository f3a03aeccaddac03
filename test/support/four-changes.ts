/** All four systems, watched while they change. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { expect } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startGateway } from './gateway.ts';

export async function startFour() {
  const options = { speed: 0, history: 40, demo: false };
  const borg = await startBorgSandbox(options);
  const flosum = await startFlosumSandbox(options);
  const labii = await startLabiiSandbox(options);
  const vprotect = await startVProtectSandbox(options);
  const sandboxes = [borg, flosum, labii, vprotect];
  const folder = await mkdtemp(join(tmpdir(), 'backplane-changes-'));
  const open = () =>
    startGateway({
      providers: sandboxes.map(({ config }) => config),
      ledger: { file: join(folder, 'ledger.db') },
      streams: { fastSeconds: 0.05, slowSeconds: 0.1 },
    });
  let gateway = open();
  return {
    borg,
    flosum,
    labii,
    vprotect,
    get gateway() {
      return gateway;
    },
    async restart() {
      await gateway[Symbol.asyncDispose]();
      gateway = open();
      await gateway.app.started;
    },
    pass(ms: number) {
      for (const { clock } of sandboxes) clock.advance(ms);
    },
    /** Everybody was asked twice: a look that began after now is over. */
    async looked() {
      const counts = sandboxes.map(({ requests }) => requests.length);
      const asked = () => sandboxes.every(({ requests }, index) => requests.length >= (counts[index] ?? 0) + 12);
      await expect.poll(asked).toBe(true);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
      await rm(folder, { recursive: true });
    },
  };
}

export async function codesOf(client: Client, query: string, variables: Record<string, unknown>): Promise<unknown[]> {
  const codes: unknown[] = [];
  for await (const { errors } of client.iterate({ query, variables })) {
    codes.push(...(errors ?? []).map(({ extensions }) => extensions?.['code']));
  }
  return codes;
}
