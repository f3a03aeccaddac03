/** A gateway over a product that fails when it is told to, and the log of its commands. */
import { expect } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { aToken, globalId, startGateway, type TestGateway } from './gateway.ts';

export interface Entry {
  readonly id: string;
  readonly viewerId: string;
  readonly command: string | null;
  readonly requestId: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly targets: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly operation: { readonly id: string; readonly status: string } | null;
  readonly [field: string]: unknown;
}

/** One field of an answer. */
export function partOf<Part>(data: Record<string, unknown> | null | undefined, field: string): Part {
  if (!data) throw new Error('no data');
  return data[field] as Part;
}

export const fields = `id at viewerId viewerName address requestId command outcome code count
  targets { id code externalId provider { name } entity { externalId } backup { externalId } }
  operation { id status }`;

export type Asker = Pick<TestGateway, 'askText'>;

export async function auditLog(asker: Asker, given = '', asked = fields): Promise<readonly Entry[]> {
  const { data, errors } = await asker.askText(`{ auditLog${given} { nodes { ${asked} } } }`);
  expect(errors).toBeUndefined();
  return partOf<{ nodes: Entry[] }>(data, 'auditLog').nodes;
}

/** Anna and rita may see everything, bert only the files, mona only the machines. */
export async function startOffice() {
  const files = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  const machines = await startVProtectSandbox({ speed: 0, history: 20, demo: false });
  const proxy = await startFaultProxy(files.url);
  const tokens = [
    aToken('anna'),
    aToken('bert', { providers: ['files'] }),
    aToken('mona', { providers: ['machines'] }),
    aToken('rita', { role: 'READER' }),
  ];
  const providers = [{ ...files.config, url: proxy.url }, machines.config];
  const gateway = startGateway({ providers, auth: { tokens } });
  return {
    ...gateway,
    files,
    machines,
    proxy,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await files.close();
      await machines.close();
    },
  };
}

export const accounting = globalId('BorgRepository', 'files', '/backups/accounting');

export const machineBackup = (guid: string) => globalId('VProtectBackup', 'machines', guid);

export const errorsOf = 'userErrors { code }';

export async function overSocket(office: TestGateway, token: string, query: string) {
  const client = await office.as(token).connect();
  for await (const answer of client.iterate<Record<string, unknown>>({ query })) return answer;
  throw new Error('no answer');
}
