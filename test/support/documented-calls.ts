/** The calls that the README of an adapter lists, compared with the calls that the adapter makes. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { SandboxRequest } from '../../providers/_kit/sandbox/contract.ts';

export const adapters = ['borg', 'flosum', 'labii', 'vprotect'] as const;
export type Adapter = (typeof adapters)[number];

/** `GET /backups/{guid}` and the like, of the table under "Calls". */
export function documentedCalls(adapter: Adapter): string[] {
  const readme = readFileSync(`providers/${adapter}/README.md`, 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith('Calls\n')) ?? '';
  const rows = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \| (.+) \|$/gm)];
  return rows.flatMap(([, calls = '']) => calls.replaceAll('`', '').split(', '));
}

export const withoutNames = (path: string): string => path.replaceAll(/\$?\{[^}]*\}/g, '{}');

/** A fixed word such as "detailed" is no GUID. */
const toPattern = (call: string): RegExp =>
  new RegExp(`^${call.replaceAll(/\{([^}]*)\}/g, (_, name) => (name === 'guid' ? '[0-9a-fA-F-]{36}' : '[^/]+'))}$`);

const known = new Map<Adapter, RegExp[]>();
function patternsOf(adapter: Adapter): RegExp[] {
  const patterns = known.get(adapter) ?? documentedCalls(adapter).map((call) => toPattern(call));
  known.set(adapter, patterns);
  return patterns;
}

/** Fails where a request reached an endpoint of the product that the README of its adapter does not list. */
export function expectDocumented(adapter: Adapter, requests: readonly SandboxRequest[]): void {
  const base = { borg: '', flosum: '', labii: '/v1', vprotect: '/api' }[adapter];
  const calls = requests
    .filter(({ isStray }) => !isStray)
    .map(({ method, path }) => `${method} ${path.startsWith(`${base}/`) ? path.slice(base.length) : path}`);
  const unlisted = [...new Set(calls)].filter((call) => !patternsOf(adapter).some((pattern) => pattern.test(call)));
  expect(unlisted, `calls that providers/${adapter}/README.md does not list`).toEqual([]);
}
