/** The endpoints: what each one answers, and in which order it refuses. */
import type { SandboxCall, SandboxReply, SandboxRoutes } from '../../_kit/sandbox.ts';
import { isSerializer, type LabiiRow, type Serializer, toWire } from './rows.ts';
import type { LabiiServer } from './server.ts';
import { Refusal, readFields, readText, refusal, refuse, serverError } from './wire.ts';

type Handler = SandboxRoutes[number][1];

const listPath = '/organizations/backup/list/:level/:sid/:serializer/';
const detailPath = '/organizations/backup/detail/:sid/';
/** The port of a developer's machine, as in the vendor's own sample. */
const wrongOrigin = 'http://127.0.0.1:8000';
const defaultPageSize = 10;

export function labiiRoutes(server: LabiiServer): SandboxRoutes {
  const { access } = server;
  const refusing =
    (handler: Handler): Handler =>
    async (call) => {
      try {
        return await handler(call);
      } catch (error) {
        if (error instanceof Refusal) return error.toReply(server.errorStyle);
        throw error;
      }
    };
  const signedIn = (handler: Handler): Handler =>
    refusing((call) => {
      access.check(call.headers);
      return handler(call);
    });
  const newer = (handler: Handler, method: string): Handler =>
    signedIn(server.generation === 'current' ? handler : () => notAllowed(method));
  const routes: SandboxRoutes = [
    ['POST /accounts/auth/', refusing(access.login)],
    ['POST /accounts/mfa/code/', refusing(access.sendCode)],
    ['POST /accounts/mfa/verify/', refusing(access.verifyCode)],
    ['GET /accounts/checktoken/', signedIn(() => ({ status: 200, body: { detail: 'Valid token.' } }))],
    ['GET /accounts/logout/', access.logout],
    [`GET ${listPath}`, signedIn((call) => listBackups(server, call))],
    [`POST ${listPath}`, signedIn((call) => createBackup(server, call))],
    [`GET ${detailPath}`, signedIn((call) => getBackup(server, call))],
    [`PATCH ${detailPath}`, newer((call) => changeBackup(server, call), 'PATCH')],
    [`DELETE ${detailPath}`, newer((call) => deleteBackup(server, call), 'DELETE')],
  ];
  return routes.flatMap(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    const whole = server.basePath + path;
    return [
      [`${method} ${whole}`, handler],
      [`${method} ${whole.slice(0, -1)}`, method === 'GET' ? redirectTo(whole) : serverError],
    ];
  });
}

/**
 * What Django does to a path without its last slash: a GET is sent to the right one, anything else is lost. It is lost
 * loudly, with the 500 that Django gives while it is in debug mode; outside of it Django would redirect these too, and
 * clients would repeat them as a GET.
 */
const redirectTo =
  (path: string): Handler =>
  ({ params, query }) => ({
    status: 301,
    body: '',
    headers: { location: fillIn(path, params) + searchOf(query), 'content-type': 'text/html; charset=utf-8' },
  });

const fillIn = (path: string, params: SandboxCall['params']): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

const searchOf = (query: URLSearchParams): string => (query.size > 0 ? `?${query}` : '');

const notAllowed = (method: string): SandboxReply =>
  refuse(405, `Method "${method}" not allowed.`, { allow: 'GET, HEAD, OPTIONS' });

interface Place {
  readonly organizationSid: string;
  readonly serializer: Serializer;
  readonly rows: readonly LabiiRow[];
}

function findPlace(server: LabiiServer, { params }: SandboxCall): Place {
  const { level = '', sid: organizationSid = '', serializer = '' } = params;
  if (level !== 'organization') throw refusal(406, `Wrong level: ${level}. Acceptable levels is organization.`);
  const rows = server.rowsOf(organizationSid);
  if (!rows) throw wrongId();
  checkPermission(server, organizationSid);
  if (!isSerializer(serializer))
    throw refusal(406, `Wrong serializer: ${serializer}. Acceptable serializers are name, list, detail.`);
  return { organizationSid, serializer, rows };
}

const wrongId = (): Refusal => refusal(406, 'Wrong id - the provided sid is not correct');

function checkPermission(server: LabiiServer, organizationSid: string): void {
  if (server.isForbidden(organizationSid)) throw refusal(403, 'You do not have permission to perform this action.');
}

/** A page size that makes no sense is the default one, and a large one is cut without a word; a wrong page is an error. */
function listBackups(server: LabiiServer, call: SandboxCall): SandboxReply {
  const { rows, serializer } = findPlace(server, call);
  const asked = readCount(call.query.get('page_size') ?? '') ?? defaultPageSize;
  const pageSize = Math.min(asked, server.maxPageSize);
  const pageCount = Math.max(1, Math.ceil(rows.length / pageSize));
  const page = readPage(call.query.get('page') ?? '1', pageCount);
  if (page === null) return refuse(404, 'Invalid page.');
  const path = server.basePath + fillIn(listPath, call.params);
  const link = (to: number): string => {
    const query = new URLSearchParams(call.query);
    if (to === 1) query.delete('page');
    else query.set('page', String(to));
    query.sort();
    return wrongOrigin + path + searchOf(query);
  };
  return {
    status: 200,
    body: {
      page_size: pageSize,
      page_number: page,
      page_count: pageCount,
      count: rows.length,
      next: page < pageCount ? link(page + 1) : null,
      previous: page > 1 ? link(page - 1) : null,
      add_permission: true,
      results: rows
        .slice((page - 1) * pageSize, page * pageSize)
        .map((row) => toWire(row, server.generation, serializer)),
    },
  };
}

const readCount = (text: string): number | null => (/^\d+$/.test(text) && Number(text) > 0 ? Number(text) : null);

function readPage(text: string, pageCount: number): number | null {
  const page = text === 'last' ? pageCount : readCount(text);
  return page !== null && page <= pageCount ? page : null;
}

/** Every call makes another backup. v1 answers when it is over; the current generation at once, with a row under way. */
async function createBackup(server: LabiiServer, call: SandboxCall): Promise<SandboxReply | null> {
  const { organizationSid, serializer } = findPlace(server, call);
  const run = server.start(organizationSid, true);
  const status = server.postStatus;
  if (server.generation === 'v1') await server.endOf(run);
  if (run.outcome === 'cut') return cut(call);
  const row = server.find(run.sid);
  return row ? { status, body: toWire(row, server.generation, serializer) } : serverError();
}

function cut({ response }: SandboxCall): null {
  // The record of requests then says that no status was ever sent.
  response.statusCode = 0;
  response.destroy();
  return null;
}

function findBackup(server: LabiiServer, { params }: SandboxCall): LabiiRow {
  const row = server.find(params.sid ?? '');
  if (!row) throw wrongId();
  checkPermission(server, row.organizationSid);
  return row;
}

const getBackup = (server: LabiiServer, call: SandboxCall): SandboxReply => ({
  status: 200,
  body: toWire(findBackup(server, call), server.generation, 'detail'),
});

/** Only the name and the description change; other fields are passed over in silence. */
function changeBackup(server: LabiiServer, call: SandboxCall): SandboxReply {
  const row = findBackup(server, call);
  const fields = readFields(call);
  const name = readText(fields, 'name', row.name);
  const description = readText(fields, 'description', row.description);
  Object.assign(row, { name, description });
  return getBackup(server, call);
}

function deleteBackup(server: LabiiServer, call: SandboxCall): SandboxReply {
  server.removeBackup(findBackup(server, call).sid);
  return { status: 204 };
}
