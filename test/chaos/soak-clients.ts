/** The clients of the soak: they list, start, watch and cancel, and write down what they are told. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { followLog } from '../../examples/graphql-ws/main.ts';
import type { Random } from './soak-faults.ts';
import type { SoakGateway } from './soak-gateway.ts';
import type { SoakProduct } from './soak-products.ts';
import type { CancelEntry, SoakRecords, StartEntry, WatchEntry } from './soak-records.ts';

export interface Scene {
  readonly gateway: SoakGateway;
  readonly records: SoakRecords;
  readonly follower: Client;
  readonly isOver: () => boolean;
  /** Streams that somebody watches, which end by themselves. */
  readonly watching: Promise<void>[];
}

interface Operation {
  readonly id: string;
  readonly status: string;
}

interface Answered {
  readonly operation: Operation | null;
  readonly backup?: { readonly id: string; readonly externalId: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

export async function list({ gateway, records, isOver }: Scene): Promise<void> {
  while (!isOver()) {
    const answer = await gateway.ask('{ backups(first: 50) { nodes { id } problems { code } } }');
    if (!answer) records.pages.unanswered++;
    else if (answer.errors) records.faults.push(`a list failed as a whole: ${JSON.stringify(answer.errors)}`);
    else {
      const { backups } = answer.data as { backups: { nodes: { id: string }[]; problems: unknown[] } };
      records.pages.count++;
      if (backups.problems.length > 0) records.pages.withProblems++;
      const ids = backups.nodes.map(({ id }) => id);
      if (new Set(ids).size < ids.length) records.faults.push('a page has the same backup twice');
    }
    await pause(100);
  }
}

/**
 * One start after the other; some are cancelled, and all are watched that have a log. It goes on until one has succeeded,
 * when the faults are over at the latest.
 */
export async function start(
  scene: Scene,
  product: SoakProduct,
  entity: SoakProduct['entities'][number],
  random: Random,
) {
  let hasSucceeded = false;
  for (let count = 1; !scene.isOver() || !hasSucceeded; count++) {
    const before = new Set(product.backupsOf(entity.externalId));
    const key = `${entity.externalId} ${count}`;
    const entry: StartEntry = {
      product,
      entityId: entity.externalId,
      key,
      before,
      outcome: null,
      operation: null,
      backup: null,
      candidates: [],
    };
    scene.records.starts.push(entry);
    const input = `entityId: "${entity.id}", idempotencyKey: "${key}"`;
    const answered = await insist(scene, `startBackup(input: { ${input} })`, 'backup { id externalId }');
    note(entry, answered);
    const id = await resolve(scene, entry, answered?.backup?.id ?? null);
    hasSucceeded ||= entry.outcome === 'SUCCEEDED';
    if (id !== null && entry.backup !== null) {
      if (product.readLog) scene.watching.push(watch(scene, product, entry.backup, id));
      if (product.canCancel && random() < 0.3) {
        await pause(random() * 1500);
        await cancel(scene, product, entry.backup, id);
      }
    }
    // As long as a backup takes, so that most starts find nothing in their way.
    await pause(500 + random() * 5000);
  }
}

/** The same command under the same key, until somebody answers: the gateway may have been killed under it. */
async function insist({ gateway, records }: Scene, field: string, wanted: string): Promise<Answered | null> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await gateway.ask(
      `mutation { it: ${field} { operation { id status } ${wanted} userErrors { code } } }`,
    );
    const it = answer?.data?.['it'];
    if (it) return it as Answered;
    const code = answer?.errors?.[0]?.extensions['code'];
    // It goes on, and the same key shows what became of it.
    if (answer && code !== 'OUTCOME_UNKNOWN') {
      records.faults.push(`a command failed as a whole: ${JSON.stringify(answer.errors)}`);
      return null;
    }
    await pause(100);
  }
  return null;
}

function note(entry: StartEntry | CancelEntry, answered: Answered | null): void {
  entry.operation = answered?.operation?.id ?? null;
  entry.outcome = answered?.userErrors[0]?.code ?? answered?.operation?.status ?? null;
}

interface Resolved {
  readonly status: string;
  readonly error: { readonly code: string } | null;
  readonly backup: { readonly id: string; readonly externalId: string } | null;
  readonly candidates: readonly { readonly externalId: string }[];
}

/** Until the operation is over, and its backup or candidates could be read. Gives the backup's id for clients. */
async function resolve({ gateway }: Scene, entry: StartEntry, named: string | null): Promise<string | null> {
  if (entry.operation === null) return null;
  const fields = 'status error { code } backup { id externalId } candidates { externalId }';
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await gateway.ask(`{ operation(id: "${entry.operation}") { ${fields} } }`);
    const found = answer?.data?.['operation'] as Resolved | null | undefined;
    // What failed to be read is asked for again.
    const isWhole = found && !answer?.errors && (found.status !== 'SUCCEEDED' || found.backup !== null);
    if (isWhole && found.status !== 'PENDING') {
      entry.outcome = found.status === 'FAILED' ? (found.error?.code ?? 'FAILED') : found.status;
      entry.backup = found.backup?.externalId ?? null;
      entry.candidates = found.candidates.map(({ externalId }) => externalId);
      return found.backup?.id ?? named;
    }
    await pause(150);
  }
  return null;
}

async function watch({ records, follower }: Scene, product: SoakProduct, backup: string, id: string): Promise<void> {
  const entry: WatchEntry = { product, backup, events: [], end: null };
  records.watches.push(entry);
  try {
    await followLog(follower, id, (event) => entry.events.push(event));
    entry.end = 'COMPLETED';
  } catch (error) {
    entry.end = error instanceof Error ? error.message : JSON.stringify(error);
  }
}

/** Given once: a cancel has no key, so one whose answer never came stays as it is. */
async function cancel({ gateway, records }: Scene, product: SoakProduct, backup: string, id: string): Promise<void> {
  const entry: CancelEntry = { product, backup, outcome: null, operation: null };
  records.cancels.push(entry);
  const answer = await gateway.ask(
    `mutation { it: cancelBackup(input: { id: "${id}" }) { operation { id status } userErrors { code } } }`,
  );
  note(entry, (answer?.data?.['it'] as Answered | undefined) ?? null);
  for (let attempt = 0; entry.outcome === 'PENDING' && attempt < 600; attempt++) {
    await pause(150);
    const asked = await gateway.ask(`{ operation(id: "${entry.operation}") { status error { code } } }`);
    const found = asked?.data?.['operation'] as Resolved | null | undefined;
    if (found) entry.outcome = found.status === 'FAILED' ? (found.error?.code ?? 'FAILED') : found.status;
  }
}
