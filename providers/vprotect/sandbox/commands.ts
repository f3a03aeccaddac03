/** Starting a backup and cancelling its tasks. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { backupTypes } from './backups.ts';
import { type Destination, entityTypes, type Rule, type VProtectEntity } from './fixtures.ts';
import type { ExportOrder } from './orders.ts';
import type { VProtectServer } from './server.ts';
import { type ListedTask, taskStates, toTask } from './tasks.ts';
import { type JsonObject, Refusal, readArray, readGuid, readInteger, readObject, readWord } from './wire.ts';

/** One task for each entity that can be backed up. Nothing at all is started when the request itself is wrong. */
export function startExport(server: VProtectServer, call: SandboxCall): SandboxReply {
  const body = readObject(call);
  const order = readOrder(server, body);
  const guids = readArray(body['protectedEntities'], 'protectedEntities').map((one) =>
    readGuid(one, 'protectedEntities'),
  );
  if (guids.length === 0) throw new Refusal(400, 'protectedEntities is empty');
  const found = guids.map((guid) => ({ guid, entity: findEntity(server, guid, body) }));
  const entities = found.flatMap(({ entity }) => entity ?? []);
  if (entities.length === 0 && server.replyShape !== 'batch') throw new Refusal(404, 'Protected entity not found');
  const tasks = entities.flatMap((entity) => server.tasksOfBackup(server.start(entity, order)));
  const unsuccessful = found.flatMap(({ guid, entity }) => (entity ? [] : [{ guid, name: guid }]));
  return { status: server.postStatus ?? 200, ...replyOf(server, tasks, unsuccessful) };
}

function replyOf(
  server: VProtectServer,
  listed: readonly ListedTask[],
  unsuccessful: readonly unknown[],
): { body?: unknown } {
  const tasks = listed.map((one) => toTask(one, server.word, server.linksTasks));
  if (server.replyShape === 'empty') return {};
  if (server.replyShape === 'array') return { body: tasks };
  if (server.replyShape === 'object') return { body: tasks[0] };
  const successful = listed.map(({ backup: { entity } }) => ({ guid: entity.guid, name: entity.name }));
  return { body: { successful, unsuccessful, tasks } };
}

/** A machine that its platform has lost cannot be backed up, nor an entity of another type than the request says. */
function findEntity(server: VProtectServer, guid: string, body: JsonObject): VProtectEntity | null {
  const wanted = body['protectedEntityType'];
  const type = wanted === undefined || wanted === null ? null : readWord(wanted, 'protectedEntityType', entityTypes);
  const entity = server.visibleEntities().find((one) => one.guid === guid);
  return entity?.isPresent && (type === null || entity.type === type) ? entity : null;
}

/** The older request names a destination, the newer one a rule, which brings its own. */
function readOrder(server: VProtectServer, body: JsonObject): ExportOrder {
  const type = readWord(body['backupType'], 'backupType', backupTypes);
  const rule = readRule(server, body);
  const destination = readDestination(server, body) ?? rule?.destination;
  if (!destination) throw new Refusal(400, 'Either backupDestination or rules is required');
  const priority = readInteger(body['priority'], 'priority') ?? 50;
  if (priority < 0 || priority > 100) throw new Refusal(400, 'priority is from 0 to 100');
  const retryCount = readInteger(body['retryCount'], 'retryCount') ?? 0;
  if (retryCount < 0) throw new Refusal(400, 'retryCount must not be negative');
  const windowStartMs = readInteger(body['windowStart'], 'windowStart');
  const windowEndMs = readInteger(body['windowEnd'], 'windowEnd');
  if (windowStartMs !== null && windowEndMs !== null && windowEndMs < windowStartMs) {
    throw new Refusal(400, 'windowEnd lies before windowStart');
  }
  const window = windowStartMs === null ? { windowEndMs } : { windowStartMs, windowEndMs };
  return { type, destination, rule, priority, retryCount, ...window };
}

function readRule(server: VProtectServer, body: JsonObject): Rule | null {
  const [first] = readArray(body['rules'] ?? [], 'rules');
  if (first === undefined) return null;
  const guid = readGuid(first, 'rules');
  const rule = server.estate.rules.find((one) => one.guid === guid);
  if (!rule) throw new Refusal(400, 'There is no such rule');
  return rule;
}

function readDestination(server: VProtectServer, body: JsonObject): Destination | null {
  const given = body['backupDestination'];
  if (given === undefined || given === null) return null;
  const guid = readGuid(given, 'backupDestination');
  const destination = server.estate.destinations.find((one) => one.guid === guid);
  if (!destination) throw new Refusal(400, 'There is no such backup destination');
  return destination;
}

export function findTask(server: VProtectServer, call: SandboxCall): ListedTask {
  const found = server.listedTasks().find(({ task }) => task.guid === call.params['guid']);
  if (!found) throw new Refusal(404, 'Task not found');
  return found;
}

/** The task runs on for a moment. A second request has no effect. */
export function setTaskState(server: VProtectServer, call: SandboxCall): SandboxReply {
  const body = readObject(call);
  const listed = findTask(server, call);
  if (readWord(body['state'], 'state', taskStates) !== 'CANCELLED')
    throw new Refusal(400, 'A task can only be set to CANCELLED');
  if (listed.task.state !== 'RUNNING')
    throw new Refusal(409, `A task that is ${listed.task.state} cannot be cancelled`);
  const { statusInfo } = body;
  server.cancel(listed, typeof statusInfo === 'string' ? statusInfo : 'Cancelled by user');
  if (!server.printsBodies) return { status: 204 };
  return { status: 200, body: toTask(listed, server.word, server.linksTasks) };
}

export function removeTask(server: VProtectServer, call: SandboxCall): SandboxReply {
  const listed = findTask(server, call);
  if (listed.task.state === 'RUNNING') throw new Refusal(409, 'A running task cannot be removed');
  server.removeTask(listed);
  return { status: 204 };
}

/** Cancels or deletes the tasks of all users, and counts such calls. */
export function changeAllTasks(server: VProtectServer, states: readonly string[]): SandboxReply {
  server.catastrophes += 1;
  for (const listed of server.listedTasks().filter(({ task }) => states.includes(task.state))) {
    if (listed.task.state === 'RUNNING') server.cancel(listed, 'All running tasks were cancelled');
    else server.removeTask(listed);
  }
  return { status: 204 };
}
