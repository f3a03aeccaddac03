/**
 * What the operation costs at the least: a server made for this one question by hand. It asks the products what the
 * gateway asks them, merges, and answers the same rows; no GraphQL, no checks, no cache. A program of its own; its one
 * argument says which lists there are.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { announce } from './child-program.ts';
import { credentials } from './estate.ts';
import { type DashboardAnswer, type DashboardNode, pageSize } from './operation.ts';
import type { borgRow, flosumRow } from './rows.ts';

/** One list of the products, as the gateway asks for it. */
export interface FloorList {
  readonly provider: string;
  readonly kind: 'flosum' | 'borg';
  /** Path and query. */
  readonly path: string;
  /** Of a Flosum list. */
  readonly connectionId: string;
}

export interface FloorSettings {
  /** Origin of the upstream. */
  readonly upstream: string;
  readonly lists: readonly FloorList[];
}

/** A row that may be shown: its place in the order, and how to show it. */
interface Candidate {
  /** Microseconds. */
  readonly startedAt: number;
  readonly show: () => DashboardNode;
}

type FlosumRow = ReturnType<typeof flosumRow>;
type BorgRow = ReturnType<typeof borgRow>;

/** The gateway has as many for each provider. */
const connections = 16;

const { upstream, lists } = JSON.parse(process.argv[2] ?? '') as FloorSettings;
const pools = new Map([...new Set(lists.map(({ provider }) => provider))].map((name) => [name, newPool()]));
const headers = { accept: 'application/json', authorization: `Bearer ${credentials.token}` };

function newPool(): Pool {
  return new Pool(upstream, { connections });
}

const statuses: Readonly<Record<string, string>> = {
  Completed: 'SUCCEEDED',
  Exception: 'FAILED',
  Aborted: 'CANCELLED',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** Milliseconds are all that `Date.parse` reads; Borg UI writes microseconds. */
const fraction = /\.\d{3}(\d{3})/;
const toMicroseconds = (text: string): number => Date.parse(text) * 1000 + Number(fraction.exec(text)?.[1] ?? 0);

function toTime(microseconds: number): string {
  const text = new Date(Math.floor(microseconds / 1000)).toISOString();
  const rest = microseconds % 1000;
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

const toId = (type: string, provider: string, localId: string): string =>
  Buffer.from(`${type}:${provider}:${localId}`).toString('base64url');

function toSeconds(duration: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = duration.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function showFlosum(row: FlosumRow, startedAt: number, { provider, connectionId }: FloorList): DashboardNode {
  const seconds = toSeconds(row.duration);
  return {
    id: toId('FlosumBackup', provider, `${connectionId}.${row.id}.${Math.floor(startedAt / 1000)}`),
    externalId: String(row.id),
    name: row.name,
    type: 'FULL',
    status: statuses[row.jobStatus] ?? 'UNKNOWN',
    startedAt: toTime(startedAt),
    endedAt: toTime(startedAt + seconds * 1_000_000),
    durationSeconds: seconds,
    provider: { name: provider },
    size: { originalBytes: row.size },
  };
}

function showBorg(row: BorgRow, startedAt: number, { provider }: FloorList): DashboardNode {
  const endedAt = toMicroseconds(row.completed_at);
  return {
    id: toId('BorgBackup', provider, String(row.id)),
    externalId: String(row.id),
    name: row.archive_name,
    type: 'FULL',
    status: statuses[row.status] ?? 'UNKNOWN',
    startedAt: toTime(startedAt),
    endedAt: toTime(endedAt),
    durationSeconds: (endedAt - startedAt) / 1_000_000,
    provider: { name: provider },
    size: { originalBytes: row.progress_details.original_size },
  };
}

async function readList(list: FloorList): Promise<Candidate[]> {
  const response = await pools.get(list.provider)?.request({ path: list.path, method: 'GET', headers });
  if (response?.statusCode !== 200) throw new Error(`${list.path} answered ${response?.statusCode}`);
  const body = JSON.parse(await response.body.text());
  if (list.kind === 'flosum') {
    return (body as { items: FlosumRow[] }).items.map((row) => {
      const startedAt = toMicroseconds(row.startedDate);
      return { startedAt, show: () => showFlosum(row, startedAt, list) };
    });
  }
  return (body as { jobs: BorgRow[] }).jobs.map((row) => {
    const startedAt = toMicroseconds(row.started_at);
    return { startedAt, show: () => showBorg(row, startedAt, list) };
  });
}

async function readPage(): Promise<DashboardAnswer> {
  const candidates = (await Promise.all(lists.map(readList))).flat().sort((a, b) => b.startedAt - a.startedAt);
  const nodes = candidates.slice(0, pageSize).map(({ show }) => show());
  const last = nodes.at(-1);
  const endCursor = last ? Buffer.from(JSON.stringify([last.startedAt, last.id])).toString('base64url') : null;
  const pageInfo = { hasNextPage: candidates.length > pageSize, endCursor };
  return { data: { backups: { nodes, pageInfo, problems: [] } } };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  JSON.parse(Buffer.concat(chunks).toString());
  const body = Buffer.from(JSON.stringify(await readPage()));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

announce(
  createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.writeHead(500).end();
    });
  }),
);
