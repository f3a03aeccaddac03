/** The list of the jobs of a connection. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { connectionId, reachable } from './connections.ts';
import { importOperations, type Job, noise, operationOfType, rowAt, statusAt, statuses, types } from './jobs.ts';
import { compareText, hasText, readPage, slice } from './query.ts';
import type { FlosumServer } from './server.ts';
import { ok, QueryReader } from './wire.ts';

const orders = {
  jobId: (a: Job, b: Job) => a.jobId - b.jobId,
  name: (a: Job, b: Job) => compareText(a.name, b.name),
  startedDate: (a: Job, b: Job) => a.startMs - b.startMs,
};

const sortWords = ['jobId', 'name', 'startedDate'] as const;

/** An arbitrary order: of a list without `sortBy`, and of rows that are equal by it. */
const arbitraryOrder = (a: Job, b: Job): number => noise(a.id, 77) - noise(b.id, 77);

export function listJobs(server: FlosumServer, call: SandboxCall): SandboxReply {
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
  const order = sortBy ? orders[sortBy] : arbitraryOrder;
  found.sort((a, b) => direction * order(a, b) || arbitraryOrder(a, b));
  const items = slice(found, page, server.maxPageSize).map((job) => rowAt(job, now));
  return ok({ total: found.length, items });
}

/** A filter matches its words and, if it has all words, also rows whose word is not in the contract. */
const finds =
  (wanted: readonly string[], all: readonly string[]) =>
  (word: string): boolean =>
    wanted.includes(word) || (wanted.length === all.length && !all.includes(word));
