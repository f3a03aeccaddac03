/** The list of the backups of an organisation, and the details of one. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { findBackup, findPlace } from './find.ts';
import { toWire } from './rows.ts';
import type { LabiiServer } from './server.ts';
import { fillIn, refuse, searchOf } from './wire.ts';

export const listPath = '/organizations/backup/list/:level/:sid/:serializer/';

/** The port of a developer's machine, as in the vendor's own sample. */
const wrongOrigin = 'http://127.0.0.1:8000';
const defaultPageSize = 10;

/** An invalid page size means the default one, and a large one is capped silently; an invalid page is an error. */
export function listBackups(server: LabiiServer, call: SandboxCall): SandboxReply {
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
      add_permission: server.addPermission,
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

export const getBackup = (server: LabiiServer, call: SandboxCall): SandboxReply => ({
  status: 200,
  body: toWire(findBackup(server, call), server.generation, 'detail'),
});
