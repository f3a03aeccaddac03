/** Carries commands out and writes down what became of them: before and after, in the audit log and as a line of the log. */

import { inCommand } from '../commands/command-scope.ts';
import { type ErrorCode, findGatewayError } from '../core/errors.ts';
import type { AuditStore } from './audit.ts';
import {
  type AuditRecord,
  type AuditTarget,
  type CommandResult,
  type CommandSource,
  completed,
  notDone,
} from './audit-entry.ts';

/** One command as it is asked for. */
export interface GivenCommand extends CommandSource {
  /** Name of the mutation. */
  readonly command: string;
  readonly targets: readonly Pick<AuditTarget, 'id' | 'provider' | 'isSeen'>[];
}

/** The answer to a command, with its result for the audit log. */
export interface Answered {
  readonly result: CommandResult;
}

/** For the log of the process: never anything that the client gave besides ids. */
export type CommandLine = Readonly<Record<string, unknown>>;

export interface AuditorOptions {
  readonly store: AuditStore;
  readonly onCommand: (line: CommandLine) => void;
  readonly onBug: (error: unknown) => void;
}

export interface Auditor {
  /** Written down, then carried out; what `work` throws is thrown. Where it cannot be written down, nothing is done. */
  run<T extends Answered>(given: GivenCommand, work: () => Promise<T>): Promise<T>;
  /** It is not carried out at all. */
  refuse(given: GivenCommand, code: ErrorCode): Promise<void>;
  /** Completes what was under way when the last process ended. */
  resume(): Promise<void>;
  readonly store: AuditStore;
  /** Waits a moment for what is being answered. */
  close(): Promise<void>;
}

const closeTimeoutMs = 500;

export function createAuditor({ store, onCommand, onBug }: AuditorOptions): Auditor {
  const running = new Set<Promise<unknown>>();

  /** `entry`: its id, where the line comes later than the command. */
  function say(
    { viewer, targets, ...record }: AuditRecord,
    more: { entry?: string; externalId?: string | null },
  ): void {
    const { externalId = null, ...extra } = more;
    onCommand({
      ...extra,
      viewer: viewer.id,
      name: viewer.name,
      ...record,
      targets: targets.map(({ isSeen: _, ...target }) => ({ ...target, externalId: target.externalId ?? externalId })),
    });
  }

  async function runAudited<T extends Answered>(given: GivenCommand, work: () => Promise<T>): Promise<T> {
    const record = toRecord(given);
    const seq = await store.add(record);
    let operationId: string | null = null;
    const noteOperation = (id: string) => {
      operationId = id;
      if (seq !== null) void store.noteOperation(seq, id).catch(onBug);
    };
    /** The command is done by now, or not: that it cannot be written down changes nothing of it. */
    const complete = async (result: CommandResult) => {
      const after = completed({ ...record, operation: operationId }, result);
      try {
        if (seq !== null) await store.complete(seq, after);
      } catch (error) {
        onBug(error);
      }
      say(after, { externalId: result.operation?.externalId ?? null });
    };
    try {
      const answer = await inCommand(noteOperation, work);
      await complete(answer.result);
      return answer;
    } catch (error) {
      await complete(notDone(findGatewayError(error)?.code ?? 'INTERNAL'));
      throw error;
    }
  }

  async function resume(): Promise<void> {
    for (const { id, at: _at, count: _count, ...record } of await store.abandon()) say(record, { entry: id });
  }

  const stopResuming = store.onLeft(resume);

  return {
    run(given, work) {
      const run = runAudited(given, work);
      const settled = run.then(ignore, ignore).finally(() => running.delete(settled));
      running.add(settled);
      return run;
    },
    async refuse(given, code) {
      const record = completed(toRecord(given), notDone(code));
      say(record, {});
      await store.noteRefusal(record).catch(onBug);
    },
    resume,
    store,
    async close() {
      stopResuming();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise((resolve) => (timer = setTimeout(resolve, closeTimeoutMs)));
      await Promise.race([Promise.all(running), timeout]);
      clearTimeout(timer);
      await store.close();
    },
  };
}

const ignore = () => undefined;

const toRecord = ({ viewer: { id, name }, address, requestId, command, targets }: GivenCommand): AuditRecord => ({
  viewer: { id, name },
  address,
  requestId,
  command,
  targets: targets.map((target) => ({ ...target, externalId: null, code: null })),
  outcome: 'UNDER_WAY',
  code: null,
  operation: null,
});
