/** A product of one's own costs one folder and one line: here is one, in a test, over memory. */

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { products } from '../../providers/index.ts';
import type { Product } from '../../providers/product.ts';
import type { ProductSchema } from '../../schema/product.ts';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type ProviderConfig, providerFields } from '../../src/config/provider.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import { type Backup, noSize, type ProtectedEntity } from '../../src/core/model.ts';
import { comparator } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';

interface TapeDetails {
  readonly label: string;
}

const tapeSchema: ProductSchema = {
  kind: 'tape',
  description: 'Tapes on a shelf.',
  backupType: 'TapeBackup',
  entityType: 'TapeShelf',
  define(builder, refs) {
    builder.objectRef<ProtectedEntity<TapeDetails>>('TapeShelf').implement({
      description: 'A shelf.',
      interfaces: [refs.ProtectedEntity, refs.Node],
    });
    builder.objectRef<Backup<TapeDetails>>('TapeBackup').implement({
      description: 'A tape.',
      interfaces: [refs.Backup, refs.Node],
      fields: (t) => ({ label: t.string({ description: 'What is on it.', resolve: ({ details }) => details.label }) }),
    });
    const createInput = builder.inputType('CreateTapeBackupInput', {
      description: 'A new tape.',
      fields: (t) => ({
        entityId: t.id({ required: true, description: 'The shelf.' }),
        label: t.string({ required: true, description: 'What to write on it.' }),
      }),
    });
    return { createInput };
  },
};

const toTape = (provider: string, number: number, label: string): Backup<TapeDetails> => ({
  kind: 'tape',
  provider,
  localId: String(number),
  externalId: String(number),
  entityId: 'shelf',
  name: label,
  description: null,
  type: 'ARCHIVE',
  status: 'SUCCEEDED',
  upstreamStatus: 'on the shelf',
  trigger: 'MANUAL',
  sortedAt: number * 1_000_000,
  startedAt: number * 1_000_000,
  endedAt: number * 1_000_000,
  size: noSize,
  itemCount: null,
  isRemoved: false,
  progress: null,
  errorMessage: null,
  warnings: [],
  details: { label },
});

function createTapes({ name }: ProviderConfig): Provider {
  const rows = [toTape(name, 1, 'payroll'), toTape(name, 2, 'photos')];
  const shelf: ProtectedEntity<TapeDetails> = {
    kind: 'tape',
    provider: name,
    externalId: 'shelf',
    name: 'The shelf',
    details: { label: 'shelf' },
  };
  return {
    name,
    kind: 'tape',
    health: () => ({ status: 'UP', checkedAt: null, latencyMs: null, error: null }),
    listEntities: async () => [shelf],
    getEntities: async (ids) => ids.map((id) => (id === 'shelf' ? shelf : null)),
    async listBackups({ direction, after, filter, limit }) {
      const compare = comparator(direction);
      const found = rows
        .filter((row) => matchesFilter(row, filter) && (after === null || compare(row, after) > 0))
        .sort(compare);
      return { rows: found.slice(0, limit).map(listed), isEnd: found.length <= limit, problems: [] };
    },
    countBackups: async (filter) => rows.filter((row) => matchesFilter(row, filter)).length,
    getBackups: async (ids) => ids.map((id) => rows.find(({ localId }) => localId === id) ?? null),
    async createBackup({ settings: { label } }) {
      if (label === 'CD') throw new GatewayError('CONFLICT', 'This CD is not a tape.');
      const tape = toTape(name, rows.length + 1, String(label));
      rows.push(tape);
      return { backup: tape, handle: null, message: null };
    },
    close: async () => undefined,
  };
}

const tape: Product = {
  kind: 'tape',
  config: z.strictObject({ ...providerFields, kind: z.literal('tape') }),
  create: createTapes,
  schema: tapeSchema,
  startSandbox: () => Promise.reject(new Error('A shelf needs no sandbox.')),
};

describe('a fifth product', () => {
  it('is listed, found, started and refused like any other, with its own types', async () => {
    const all = [...products, tape];
    const config = stringify({ providers: [{ name: 'attic', kind: 'tape' }], log: { level: 'silent' } });
    await using app = createApp(parseConfig(config, all, {}), all);
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json' };
      const response = await app.fetch(
        new Request('http://gateway.test/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) }),
      );
      return (await response.json()) as { data: Record<string, unknown> };
    };
    const { data } = await ask(`{
      providers { name kind capabilities }
      backups { totalCount nodes { __typename name entity { __typename name } ... on TapeBackup { label } } }
    }`);
    expect(data).toEqual({
      providers: [{ name: 'attic', kind: 'TAPE', capabilities: ['CREATE_BACKUP'] }],
      backups: {
        totalCount: 2,
        nodes: ['photos', 'payroll'].map((label) => ({
          __typename: 'TapeBackup',
          name: label,
          label,
          entity: { __typename: 'TapeShelf', name: 'The shelf' },
        })),
      },
    });
    const entityId = Buffer.from('TapeShelf:attic:shelf').toString('base64url');
    const create = (label: string) =>
      ask(`mutation { createBackup(input: { tape: { entityId: "${entityId}", label: "${label}" } }) {
        backup { name } operation { status } userErrors { code }
      } }`);
    expect((await create('buffers')).data['createBackup']).toEqual({
      backup: { name: 'buffers' },
      operation: { status: 'SUCCEEDED' },
      userErrors: [],
    });
    expect((await create('CD')).data['createBackup']).toMatchObject({
      backup: null,
      userErrors: [{ code: 'CONFLICT' }],
    });
    const start = await ask(
      `mutation { startBackup(input: { entityId: "${entityId}" }) { userErrors { code message } } }`,
    );
    expect(start.data['startBackup']).toMatchObject({ userErrors: [{ code: 'UNSUPPORTED' }] });
  });
});
