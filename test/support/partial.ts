/** Walks over four systems behind proxies that inject faults. */
import { expect } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { type Answer, startGateway, type TestGateway } from './gateway.ts';

export const page = `query Page($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {
  backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id sortedAt provider { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    problems { provider { name } entity { externalId } code message }
  }
}`;

export interface Row {
  readonly id: string;
  readonly sortedAt: string | null;
  readonly provider: { readonly name: string };
}

export interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  readonly problems: readonly { provider: { name: string }; entity: { externalId: string } | null; code: string }[];
}

export const pageIn = ({ data, errors }: Answer<Record<string, unknown>>): Page => {
  expect(errors).toBeUndefined();
  return (data as { backups: Page }).backups;
};

export const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);

/** To the end, or so many pages; `before` is called before each of them. */
export async function walk(
  gateway: TestGateway,
  variables: Record<string, unknown>,
  before: (number: number) => void = () => undefined,
  most = 100,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let after: string | null = null; pages.length < most; ) {
    before(pages.length + 1);
    const next = pageIn(await gateway.askText(page, { ...variables, after }));
    pages.push(next);
    after = next.pageInfo.endCursor;
    if (!next.pageInfo.hasNextPage) break;
  }
  return pages;
}

export const still = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z') };

/** None is left alone here for having failed: see resilience.test.ts. */
export const limits = { breakerCalls: 1_000, breakerMinimumCalls: 1_000 };

/** Every product behind a proxy that can fail. */
export async function startFour({ timeoutSeconds = 10, history = 60, demo = false } = {}) {
  const options = { ...still, history, demo };
  const sandboxes: Readonly<Record<string, Sandbox & { readonly config: { name: string; url: string } }>> = {
    borg: await startBorgSandbox(options),
    flosum: await startFlosumSandbox(options),
    labii: await startLabiiSandbox(options),
    vprotect: await startVProtectSandbox(options),
  };
  const entries = await Promise.all(
    Object.entries(sandboxes).map(async ([kind, { config }]) => [kind, await startFaultProxy(config.url)] as const),
  );
  const proxies = Object.fromEntries(entries);
  const gateway = startGateway({
    providers: entries.map(([kind, { url }]) => ({ ...sandboxes[kind]?.config, url, timeoutSeconds, limits })),
  });
  // Logins, and what is kept for a while.
  await walk(gateway, { first: 50 }, undefined, 1);
  return {
    gateway,
    proxies,
    /** Requests since the last time, of each product. */
    requests: () =>
      Object.fromEntries(Object.entries(sandboxes).map(([kind, { requests }]) => [kind, requests.splice(0).length])),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
    },
  };
}
