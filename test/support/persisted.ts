/** Operations by the hash of their document, over each way in. */
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaw } from './raw-socket.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a manifest, and returns its path. */
export async function writeManifest(manifest: unknown, file?: string): Promise<string> {
  const path = file ?? join(await mkdtemp(join(tmpdir(), 'manifest-')), 'documents.json');
  await writeFile(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return path;
}

export const apollo = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

export interface Reply {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
}

/** Sends exactly this, and returns the first result. */
export type Send = (origin: string, params: object, token?: string) => Promise<Reply>;

const headersOf = (token?: string) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

const post = (origin: string, params: object, headers: object) =>
  fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(params),
  });

export const senders: Readonly<Record<string, Send>> = {
  POST: async (origin, params, token) => (await (await post(origin, params, headersOf(token))).json()) as Reply,
  async GET(origin, params, token) {
    const search = new URLSearchParams(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...headersOf(token) };
    return (await (await fetch(`${origin}/graphql?${search}`, { headers })).json()) as Reply;
  },
  async 'server-sent events'(origin, params, token) {
    const response = await post(origin, params, { accept: 'text/event-stream', ...headersOf(token) });
    const text = await response.text();
    return JSON.parse(/^data: (\{.*\})$/m.exec(text)?.[1] ?? text) as Reply;
  },
  async WebSocket(origin, params, token) {
    await using raw = await openRaw(origin, { isMute: true, headers: headersOf(token) });
    raw.say({ type: 'connection_init' });
    await raw.hear();
    raw.say({ id: '1', type: 'subscribe', payload: params });
    const { type, payload } = await raw.hear('1');
    return type === 'error' ? { errors: payload as never } : (payload as Reply);
  },
};
