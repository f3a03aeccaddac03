/**
 * What the operations cost at the least: a server made by hand for these questions. It makes the calls that are
 * necessary, merges, and answers; no GraphQL, no checks, no cache, nothing of the gateway. A program of its own; its
 * one argument is the list of systems.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { announce } from './child-program.ts';
import { readEntities } from './floor/entities.ts';
import { type AnyList, listsOf } from './floor/rows.ts';
import type { BackupAnswer, BackupNode, EntitiesAnswer, PageAnswer } from './operations.ts';
import type { Served } from './systems.ts';

const systems = JSON.parse(process.argv[2] ?? '[]') as readonly Served[];
const lists = systems.flatMap(listsOf);
const dispatcher = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 60_000 });

async function get({ origin, headers }: AnyList, path: string): Promise<unknown> {
  const { statusCode, body } = await request(origin + path, { dispatcher, headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  return JSON.parse(text);
}

const show = (place: number, list: AnyList, row: unknown): BackupNode => ({
  id: `${place}:${list.idOf(row)}`,
  provider: { name: list.provider },
  ...list.show(row),
});

/** Takes the first rows of lists that are in order; only a head has its time read, only what is taken is shown. */
function merge(pages: readonly (readonly unknown[])[], first: number): BackupNode[] {
  const taken = pages.map(() => 0);
  const timeAt = (place: number): number => {
    const row = pages[place]?.[taken[place] ?? 0];
    return row === undefined ? -Infinity : (lists[place] as AnyList).timeOf(row);
  };
  const heads = pages.map((_, place) => timeAt(place));
  const nodes: BackupNode[] = [];
  while (nodes.length < first) {
    let best = 0;
    for (let place = 1; place < heads.length; place++) {
      if ((heads[place] as number) > (heads[best] as number)) best = place;
    }
    if (heads[best] === -Infinity) break;
    nodes.push(show(best, lists[best] as AnyList, pages[best]?.[taken[best] as number]));
    taken[best] = (taken[best] as number) + 1;
    heads[best] = timeAt(best);
  }
  return nodes;
}

async function readPage(first: number): Promise<PageAnswer> {
  const pages = await Promise.all(lists.map(async (list) => list.rowsOf(await get(list, list.path(first)))));
  const nodes = merge(pages, first);
  const hasNextPage = pages.reduce((total, { length }) => total + length, 0) > nodes.length;
  const endCursor = nodes.at(-1)?.id ?? null;
  return { data: { backups: { nodes, pageInfo: { hasNextPage, endCursor }, problems: [] } } };
}

async function readBackup(id: string): Promise<BackupAnswer> {
  const place = Number(id.slice(0, id.indexOf(':')));
  const list = lists[place];
  if (!list) return { data: { backup: null } };
  const row = list.rowOf(await get(list, list.onePath(id.slice(id.indexOf(':') + 1))));
  return { data: { backup: row === undefined ? null : show(place, list, row) } };
}

interface Question {
  readonly query: string;
  readonly variables?: { readonly first?: number; readonly id?: string };
}

async function answerTo({ query, variables = {} }: Question): Promise<PageAnswer | BackupAnswer | EntitiesAnswer> {
  if (query.includes('protectedEntities(')) {
    return { data: { protectedEntities: { nodes: await readEntities(systems, get) } } };
  }
  return query.includes('backup(') ? readBackup(variables.id ?? '') : readPage(variables.first ?? 50);
}

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const question = JSON.parse(Buffer.concat(chunks).toString()) as Question;
  const body = Buffer.from(JSON.stringify(await answerTo(question)));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

announce(
  createServer({ keepAliveTimeout: 600_000 }, (incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  }),
);
