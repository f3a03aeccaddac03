/** The route table, and the reading endpoints of backups. Each handler states in which order it refuses. */
import type { SandboxCall, SandboxReply, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { type Listed, locationStatusOf, toDetails, toExtendedDetails, toListRecord, toLocation } from './backups.ts';
import { changeAllTasks, findTask, removeTask, setTaskState, startExport } from './commands.ts';
import { acknowledge, acknowledgeBatch, setDescription, setWarnings, type ToWire } from './edits.ts';
import { findBackup, findEntity } from './find.ts';
import {
  getMachine,
  listDestinations,
  listMachines,
  listSchedules,
  listTasks,
  listWorkflows,
  usableDestinations,
} from './inventory.ts';
import { backupFilter, sortBackups, toPageReply } from './query.ts';
import type { VProtectServer } from './server.ts';
import { aggregatedFigures, groupBy, reshape, sizeFigures, timeFigures, transferRates } from './statistics.ts';
import { taskTypes, toTask } from './tasks.ts';
import {
  ok,
  Refusal,
  readFlag,
  readGuid,
  readInteger,
  readLong,
  readObject,
  readPage,
  readWord,
  readWords,
  toErrorReply,
} from './wire.ts';

type Handler = (server: VProtectServer, call: SandboxCall) => SandboxReply;

/** Fixed paths come before paths with a GUID, which would match them. */
const table: readonly (readonly [route: string, handler: Handler])[] = [
  ['POST /api/session/login', (server, call) => server.access.login(call)],
  ['POST /api/session/login-with-token', (server, call) => server.access.loginWithToken(call)],
  ['POST /api/session/logout', (server, call) => server.access.logout(call)],
  ['GET /api/session/user', (server) => server.access.user()],
  ['GET /api/session', () => ({ status: 204 })],
  ['GET /api/backups', (server, call) => listBackups(server, call, toListRecord)],
  ['GET /api/backups/detailed', (server, call) => listBackups(server, call, toDetails)],
  ['GET /api/backups/grouped', listGrouped],
  ['GET /api/backups/grouped/aggregated-statistics', groupedStatistics],
  ['GET /api/backups/aggregated-statistics', (server, call) => statistics(server, call, aggregatedFigures)],
  ['GET /api/backups/size-statistics', (server, call) => statistics(server, call, sizeFigures)],
  ['GET /api/backups/time-statistics', (server, call) => statistics(server, call, timeFigures)],
  ['PUT /api/backups/warnings-acknowledged', acknowledgeBatch],
  ['POST /api/backups/transfer-rate/:type', transferRate],
  ['GET /api/backups/timeline/size-stats/:type/:guid', (server, call) => timeline(server, call, sizeFigures)],
  ['GET /api/backups/timeline/time-stats/:type/:guid', (server, call) => timeline(server, call, timeFigures)],
  ['GET /api/backups/for-restore/:guid', getForRestore],
  ['GET /api/backups/:guid', getBackup],
  ['PUT /api/backups/:guid/warnings-acknowledged', acknowledge],
  ['PUT /api/backups/:guid/warnings', setWarnings],
  ['PUT /api/backups/:guid/description', setDescription],
  ['POST /api/tasks/export', startExport],
  ['GET /api/tasks', listTasks],
  ['DELETE /api/tasks/all-running', (server) => changeAllTasks(server, ['RUNNING'])],
  ['DELETE /api/tasks/all-finished', (server) => changeAllTasks(server, ['FINISHED', 'FAILED', 'CANCELLED'])],
  [
    'DELETE /api/tasks/all-finished-and-queued',
    (server) => changeAllTasks(server, ['FINISHED', 'FAILED', 'CANCELLED', 'QUEUED']),
  ],
  ['GET /api/tasks/:guid', (server, call) => ok(toTask(findTask(server, call), server.word, server.linksTasks))],
  ['PUT /api/tasks/:guid/state', setTaskState],
  ['DELETE /api/tasks/:guid', removeTask],
  ['GET /api/virtual-machines', listMachines],
  ['GET /api/virtual-machines/:guid', getMachine],
  ['GET /api/schedules', listSchedules],
  ['GET /api/backup-locations', listLocations],
  ['GET /api/backup-destinations', listDestinations],
  ['POST /api/backup-destinations/usable-for-vms', usableDestinations],
  ['GET /api/workflow-executions', listWorkflows],
];

export function vprotectRoutes(server: VProtectServer): SandboxRoutes {
  return table.map(([route, handler]) => [route, refusing(server, handler)]);
}

/** Lets readers and handlers refuse by throwing. */
const refusing =
  (server: VProtectServer, handler: Handler) =>
  (call: SandboxCall): SandboxReply => {
    try {
      return handler(server, call);
    } catch (error) {
      if (error instanceof Refusal) return toErrorReply(error.status, error.message, server.errorStyle);
      throw error;
    }
  };

/** The current and former places of the data of backups. */
function listLocations(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const entity = query.get('protected-entity');
  const project = query.get('project-uuid');
  const [wanted] = readWords(query, 'location-status', ['FAILED', 'IN_PROGRESS', 'PRESENT', 'REMOVED']);
  const rows = server
    .visibleBackups()
    .filter(({ facts }) => facts.size > 0 && (entity === null || facts.entity === entity))
    .filter(({ facts }) => wanted === undefined || wanted === locationStatusOf(facts))
    .filter(({ backup }) => project === null || backup.entity.project?.guid === project);
  return toPageReply(rows, readPage(query), ({ backup, facts }) => toLocation(backup, facts, server.word), server);
}

/** What the filters leave, in the order in which the backups were made. */
function filtered(server: VProtectServer, { query }: SandboxCall): readonly Listed[] {
  const rows = server.visibleBackups().filter(backupFilter(query));
  const isUnwell = readFlag(query, 'fail-on-non-successful') && rows.some(({ facts }) => facts.status === 'FAILED');
  if (isUnwell) throw new Refusal(500, 'There are backups that are not successful');
  return rows;
}

function listBackups(server: VProtectServer, call: SandboxCall, toWire: ToWire): SandboxReply {
  const page = readPage(call.query);
  const rows = sortBackups(filtered(server, call), call.query, server);
  return toPageReply(rows, page, (row) => toWire(row, server.word, server.isBare), server);
}

/** The latest of each entity; how the product names the count of attempts is not documented. */
function listGrouped(server: VProtectServer, call: SandboxCall): SandboxReply {
  const page = readPage(call.query);
  const groups = groupBy(filtered(server, call), ({ facts }) => facts.entity);
  const attempts = new Map(groups.map(([, group]) => [latestOf(group), group.length]));
  const rows = sortBackups([...attempts.keys()], call.query, server);
  const toWire = (row: Listed) => ({ ...toListRecord(row, server.word, server.isBare), attempts: attempts.get(row) });
  return toPageReply(rows, page, toWire, server);
}

const timeOf = ({ backup, facts }: Listed): number => facts.snapshotTime ?? backup.run.submittedAtMs;

const latestOf = (group: readonly Listed[]): Listed =>
  group.reduce((latest, one) => (timeOf(one) >= timeOf(latest) ? one : latest));

type ToFigures = typeof aggregatedFigures;

const statistics = (server: VProtectServer, call: SandboxCall, toFigures: ToFigures): SandboxReply =>
  ok(reshape(toFigures(filtered(server, call), server.word), server.statisticsShape));

function groupedStatistics(server: VProtectServer, call: SandboxCall): SandboxReply {
  const groups = groupBy(filtered(server, call), ({ facts }) => facts.entity);
  const latest = groups.map(([, group]) => latestOf(group));
  return ok(reshape(aggregatedFigures(latest, server.word), server.statisticsShape));
}

/** The kind in the path is not checked, since the kinds are not documented. */
function timeline(server: VProtectServer, call: SandboxCall, toFigures: ToFigures): SandboxReply {
  const [from, to] = [readLong(call.query, 'from'), readLong(call.query, 'to')];
  const { guid } = findEntity(server, call.params['guid'] ?? '');
  const rows = server.visibleBackups().filter((row) => row.facts.entity === guid && isWithin(row, from, to));
  const points = reshape(toFigures(rows, server.word), server.statisticsShape);
  return ok(server.statisticsShape === 'plausible' ? { guid, points } : { series: points });
}

function isWithin({ facts: { snapshotTime } }: Listed, from: number | null, to: number | null): boolean {
  if (snapshotTime === null) return from === null && to === null;
  return (from === null || snapshotTime >= from) && (to === null || snapshotTime <= to);
}

/** A query that answers 201. */
function transferRate(server: VProtectServer, call: SandboxCall): SandboxReply {
  const body = readObject(call);
  const type = readWord(call.params['type'], 'task-type', taskTypes);
  const [from, to] = [readInteger(body['from'], 'from'), readInteger(body['to'], 'to')];
  const given = body['protectedEntity'];
  const entity = given === undefined ? null : readGuid(given, 'protectedEntity');
  const rows = server.visibleBackups().filter((row) => isWithin(row, from, to));
  const wanted = rows.filter(({ facts }) => entity === null || facts.entity === entity);
  return { status: server.postStatus ?? 201, body: reshape(transferRates(wanted, type), server.statisticsShape) };
}

function getBackup(server: VProtectServer, call: SandboxCall): SandboxReply {
  return ok(toExtendedDetails(findBackup(server, call.params['guid'] ?? ''), server.word, server.isBare));
}

/** Also returns backups that the role hides. */
function getForRestore(server: VProtectServer, call: SandboxCall): SandboxReply {
  const found = server.allBackups().find(({ facts }) => facts.guid === call.params['guid']);
  if (!found) throw new Refusal(404, 'Backup not found');
  return ok(toExtendedDetails(found, server.word, server.isBare));
}
