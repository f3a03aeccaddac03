/** The endpoints: what each one answers, and in which order it refuses. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxCall, SandboxReply, SandboxRoutes } from '../../_kit/sandbox.ts';
import type { FlosumConnection } from './history.ts';
import {
  importOperations,
  isActive,
  type Job,
  noise,
  operationOfType,
  rowAt,
  statusAt,
  statuses,
  types,
} from './jobs.ts';
import { linesAt } from './log.ts';
import type { FlosumServer } from './server.ts';
import {
  badRequest,
  broken,
  conflict,
  notFound,
  parseBody,
  QueryReader,
  Refusal,
  readCreateBody,
  readPathNumber,
  unauthorized,
} from './wire.ts';

type Handler = SandboxRoutes[number][1];

const ok = (body: unknown): SandboxReply => ({ status: 200, body });
const connections = '/api/v1/connections';

export function flosumRoutes(server: FlosumServer): SandboxRoutes {
  const signedIn = (handler: Handler): Handler =>
    refusing((call) => (server.isKnownToken(call.headers.authorization) ? handler(call) : unauthorized()));
  return [
    [`GET ${connections}`, signedIn((call) => listConnections(server, call))],
    [`GET ${connections}/connectionId/:salesforceOrgId`, signedIn((call) => getConnectionId(server, call))],
    [`GET ${connections}/:connectionId`, signedIn((call) => ok(toReply(connectionOf(server, call))))],
    [`GET ${connections}/:connectionId/backups`, signedIn((call) => listJobs(server, call))],
    [`POST ${connections}/:connectionId/backups/backup`, signedIn((call) => createBackup(server, call))],
    [`GET ${connections}/:connectionId/jobs/:id/logs/details`, jobLog(server, signedIn)],
  ];
}

/** Lets the readers of a handler refuse by throwing. */
const refusing =
  (handler: Handler): Handler =>
  async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };

const connectionId = (call: SandboxCall): number => readPathNumber(call.params.connectionId ?? '', 'connectionId');

function connectionOf(server: FlosumServer, call: SandboxCall): FlosumConnection {
  const id = connectionId(call);
  const connection = server.connections.find((one) => one.id === id);
  if (!connection) throw new Refusal(notFound(`no connection ${id}`));
  return connection;
}

/** The connection whose jobs are asked for: they may be out of reach although the connection is known. */
function reachable(server: FlosumServer, call: SandboxCall): FlosumConnection {
  const connection = connectionOf(server, call);
  if (server.downConnections.has(connection.id)) throw new Refusal(broken());
  return connection;
}

const toReply = ({ bytes: _bytes, ...reply }: FlosumConnection) => reply;

function toListItem(connection: FlosumConnection) {
  const { userFullName: _userFullName, salesforceOrgId: _salesforceOrgId, ...item } = toReply(connection);
  return item;
}

const hasText = (text: string, search: string): boolean => text.toLowerCase().includes(search.toLowerCase());
const compareText = (a: string, b: string): number => Number(a > b) - Number(a < b);

interface Page {
  readonly page: number;
  readonly limit: number;
}

const readPage = (reader: QueryReader): Page => ({
  page: reader.integer('page', 1, null),
  limit: reader.integer('limit', 1, 2000),
});

/** A page size that the server has capped counts for the position too, as if it had been asked for. */
function slice<T>(all: readonly T[], { page, limit }: Page, maxPageSize: number): readonly T[] {
  const size = Math.min(limit, maxPageSize);
  return all.slice((page - 1) * size, page * size);
}

function listConnections(server: FlosumServer, { query }: SandboxCall): SandboxReply {
  const reader = new QueryReader(query);
  const search = reader.search();
  const page = readPage(reader);
  reader.finish();
  const found = server.connections
    .filter(({ name, userName }) => hasText(name, search) || hasText(userName, search))
    .toSorted((a, b) => compareText(a.name, b.name));
  return ok({ total: found.length, items: slice(found, page, server.maxPageSize).map(toListItem) });
}

function getConnectionId(server: FlosumServer, call: SandboxCall): SandboxReply {
  const orgId = call.params.salesforceOrgId ?? '';
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(orgId))
    return badRequest(['salesforceOrgId must be a Salesforce id of 15 or 18 characters']);
  const found = server.connections.find(({ salesforceOrgId: own }) => orgId === own || orgId === own.slice(0, 15));
  return found ? ok({ connectionId: found.id }) : notFound(`no connection for organization ${orgId}`);
}

const orders = {
  jobId: (a: Job, b: Job) => a.jobId - b.jobId,
  name: (a: Job, b: Job) => compareText(a.name, b.name),
  startedDate: (a: Job, b: Job) => a.startMs - b.startMs,
};
const sortWords = ['jobId', 'name', 'startedDate'] as const;

/** No order that anybody would expect: that of a list without `sortBy`, and that of rows which are equal in it. */
const oddly = (a: Job, b: Job): number => noise(a.id, 77) - noise(b.id, 77);

function listJobs(server: FlosumServer, call: SandboxCall): SandboxReply {
  connectionId(call);
  const reader = new QueryReader(call.query);
  const search = reader.search();
  const page = readPage(reader);
  const wantedTypes = reader.list('types', types, server.strictArrays);
  const wantedStatuses = reader.list('statuses', statuses, server.strictArrays);
  const isIncludeMetadata = reader.boolean('isIncludeMetadata');
  const from = reader.date('startedDate');
  const to = reader.date('endDate');
  const sortBy = reader.word('sortBy', sortWords);
  const direction = reader.word('order', ['ASC', 'DESC']) === 'DESC' ? -1 : 1;
  reader.finish();
  const { id } = reachable(server, call);
  const now = server.clock.now();
  const isWantedStatus = finds(wantedStatuses, statuses);
  const isWantedType = finds(
    wantedTypes.map((type) => operationOfType[type]),
    Object.values(operationOfType),
  );
  const isWithin = (ms: number): boolean =>
    server.bounds === 'inclusive'
      ? (from === null || ms >= from) && (to === null || ms <= to)
      : (from === null || ms > from) && (to === null || ms < to);
  const found = server.visibleJobs(id).filter((job) => {
    if (importOperations.includes(job.operationType) && !server.showImports) return false;
    if (!isWantedType(job.operationType) || !isWantedStatus(statusAt(job, now))) return false;
    if (isIncludeMetadata !== null && job.isIncludeMetadata !== isIncludeMetadata) return false;
    return isWithin(job.startMs) && hasText(job.name, search);
  });
  const order = sortBy ? orders[sortBy] : oddly;
  found.sort((a, b) => direction * order(a, b) || oddly(a, b));
  const items = slice(found, page, server.maxPageSize).map((job) => rowAt(job, now));
  return ok({ total: found.length, items });
}

/** A filter finds its words and, when it holds all of them, also what the contract has no word for. */
const finds =
  (wanted: readonly string[], all: readonly string[]) =>
  (word: string): boolean =>
    wanted.includes(word) || (wanted.length === all.length && !all.includes(word));

function createBackup(server: FlosumServer, call: SandboxCall): SandboxReply {
  const given = parseBody(call.body, call.headers['content-type'] ?? '');
  if (given === null) return badRequest(['the body is not valid JSON']);
  connectionId(call);
  const body = readCreateBody(given, server.needsDescription);
  const { id } = reachable(server, call);
  if (server.isBusy(id))
    return conflict(
      'Backup job is already running. You must abort it or wait for it to finish before creating another',
    );
  server.create(id, body);
  return { status: 201, body: { message: 'Backup job has been created' } };
}

/** Beyond the contract, so it can be missing: then it is a path like any other that nobody has registered. */
function jobLog(server: FlosumServer, signedIn: (handler: Handler) => Handler): Handler {
  const answer = signedIn(async (call) => {
    connectionId(call);
    const jobId = readPathNumber(call.params.id ?? '', 'id');
    const { id } = reachable(server, call);
    const job = server.find(jobId);
    if (job?.connectionId !== id) return notFound(`no job ${jobId} of connection ${id}`);
    call.response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(Readable.from(chunks(server, job)), call.response).catch(ignoreLeaving);
    return null;
  });
  return (call) =>
    server.jobLogs ? answer(call) : server.unknownPath('GET', logPath(call.params.connectionId, call.params.id));
}

/** A client that goes away ends the stream, which is no fault of the service. */
function ignoreLeaving(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

const logPath = (connection = '', job = ''): string => `${connections}/${connection}/jobs/${job}/logs/details`;

const chunkBytes = 1000;
const followMs = 20;

/** The log in pieces that end anywhere, in a line or in a character. Followed, it ends with the job. */
async function* chunks(server: FlosumServer, job: Job): AsyncGenerator<Buffer> {
  let sent = 0;
  for (;;) {
    const now = server.clock.now();
    const lines = linesAt(job, now).slice(sent);
    sent += lines.length;
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    if (!server.followLogs || !isActive(job, now) || server.find(job.jobId) !== job) return;
    await delay(followMs);
  }
}
