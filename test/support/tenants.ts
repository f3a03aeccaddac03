/**
 * Two gateways over the same products: at one of them a guest may not see four more providers, one of each kind, and
 * at the other these are not configured. Whatever the guest does, nobody can tell the two apart.
 */

import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { FlosumSandbox } from '../../providers/flosum/sandbox/contract.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import type { LabiiSandbox } from '../../providers/labii/sandbox/contract.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import type { VProtectSandbox } from '../../providers/vprotect/sandbox/contract.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { aToken, type GatewayOptions, startGateway, type TestGateway } from './gateway.ts';

interface Products {
  readonly borg: BorgSandbox;
  readonly flosum: FlosumSandbox;
  readonly labii: LabiiSandbox;
  readonly vprotect: VProtectSandbox;
}

/** Before and after the names of the others, so that they would shift places in every order by name. */
export const hiddenNames = { borg: 'a-files', flosum: 'a-orgs', labii: 'z-labs', vprotect: 'z-machines' } as const;
export const seenNames = ['files', 'labii', 'machines', 'salesforce'];

export interface Doors extends AsyncDisposable {
  readonly seen: Products;
  readonly hidden: Products;
  /** Where the guest may not see the hidden ones; `chief` sees all, and both may command. `reader` is a guest who may not. */
  readonly closed: TestGateway;
  /** Where they are not configured. */
  readonly absent: TestGateway;
  /** Everything that the hidden products were asked since the start, or since this was last called. */
  hiddenRequests(): string[];
  seenRequests(): string[];
}

async function startProducts(history: number): Promise<Products> {
  const options = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z'), demo: false, history };
  return {
    borg: await startBorgSandbox(options),
    flosum: await startFlosumSandbox(options),
    labii: await startLabiiSandbox(options),
    vprotect: await startVProtectSandbox(options),
  };
}

/** `cacheSeconds`: for how long both keep what they have read. */
export async function openDoors(options: Partial<GatewayOptions> = {}, cacheSeconds = 0): Promise<Doors> {
  const seen = await startProducts(24);
  const hidden = await startProducts(12);
  const visible = Object.values(seen).map(({ config }) => ({ ...config, cacheSeconds }));
  const secret = Object.entries(hidden).map(([kind, { config }]) => ({
    ...config,
    cacheSeconds,
    name: hiddenNames[kind as keyof Products],
  }));
  const auth = {
    tokens: [
      aToken('guest', { providers: seenNames }),
      aToken('reader', { providers: seenNames, role: 'READER' }),
      aToken('chief'),
    ],
  };
  // Every field at once, and all of them again and again: nobody asks like this, and what is hidden is not the limits.
  const limits = {
    depth: 100,
    aliases: 1_000,
    tokens: 5_000,
    selections: 100_000,
    repeats: 5_000,
    cost: 100_000_000,
    mutationsPerMinute: 100_000,
  };
  const closed = startGateway({ providers: [...visible, ...secret], auth, limits, ...options });
  const absent = startGateway({ providers: visible, auth, limits, ...options });
  const drain = (products: Products) =>
    Object.values(products as unknown as Record<string, Sandbox>).flatMap(({ requests }) =>
      requests.splice(0).map(({ method, path }) => `${method} ${path}`),
    );
  return {
    seen,
    hidden,
    closed,
    absent,
    hiddenRequests: () => drain(hidden),
    seenRequests: () => drain(seen),
    async [Symbol.asyncDispose]() {
      await closed[Symbol.asyncDispose]();
      await absent[Symbol.asyncDispose]();
      await Promise.all([...Object.values(seen), ...Object.values(hidden)].map((sandbox) => sandbox.close()));
    },
  };
}

type Replace = (key: string, value: unknown) => unknown;

/**
 * Answers without what differs from one run to another: times of now, how long something took, ids that are made up,
 * and the order of errors, which is that of the reads that fail. `more` replaces what differs in one test only. The
 * errors are sorted last, as they are compared: "again in 30 s" and "again in 29 s" have no order that lasts.
 */
export function normalised(answer: unknown, more: Replace = (_key, value) => value): unknown {
  const replace: Replace = (key, value) => {
    if (value === null || value === undefined) return value;
    if (key === 'auditLog' || key === 'operations') return withoutIds(value);
    return /^(checkedAt|latencyMs|requestedAt|resolvedAt|since|updatedAt|errorId)$/.test(key) ? 'some' : value;
  };
  const sort: Replace = (key, value) =>
    key === 'errors' && Array.isArray(value)
      ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value;
  const replaced = JSON.stringify(answer, (key, value: unknown) => more(key, replace(key, value))).replaceAll(
    /http:\/\/(127\.0\.0\.1:\d+|localhost:\d+|gateway\.test)/g,
    'http://gateway',
  );
  return JSON.parse(JSON.stringify(JSON.parse(replaced), sort));
}

/** Entries are told apart by ids that are made up, and their places are enciphered. */
const withoutIds = (list: unknown): unknown =>
  JSON.parse(JSON.stringify(list).replace(/"(id|cursor|startCursor|endCursor|at|requestId)":"[^"]*"/g, '"$1":"some"'));

export interface Rows {
  readonly backups: readonly string[];
  readonly entities: readonly string[];
  readonly externalIds: readonly { readonly provider: string; readonly externalId: string }[];
}

/** Rows of every provider that is asked for, newest first, as the chief sees them. */
export async function rowsOf(gateway: TestGateway, providers: readonly string[]): Promise<Rows> {
  const { data, errors } = await gateway.as('chief').askText(
    `query($filter: BackupFilter, $of: ProtectedEntityFilter) {
      backups(first: 200, filter: $filter) { nodes { id provider { name } } }
      protectedEntities(first: 200, filter: $of) { nodes { id externalId providerName } }
    }`,
    { filter: { providers }, of: { providers } },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  const { backups, protectedEntities } = data as {
    backups: { nodes: { id: string; provider: { name: string } }[] };
    protectedEntities: { nodes: { id: string; externalId: string; providerName: string }[] };
  };
  // Of each provider two.
  const some = <Row>(rows: readonly Row[], nameOf: (row: Row) => string) =>
    providers.flatMap((name) => rows.filter((row) => nameOf(row) === name).slice(0, 2));
  const entities = some(protectedEntities.nodes, ({ providerName }) => providerName);
  return {
    backups: some(backups.nodes, ({ provider }) => provider.name).map(({ id }) => id),
    entities: entities.map(({ id }) => id),
    externalIds: entities.map(({ providerName, externalId }) => ({ provider: providerName, externalId })),
  };
}
