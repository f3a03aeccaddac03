/** What the gateway that polls a watched backup tells the others of it, as a text in the database. */
import { z } from 'zod';
import { errorCodes, GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { stall } from './advance-topic.ts';
import type { Outage } from './changes-feed.ts';
import type { WatchedBackup } from './watched-backup.ts';

const wireError = z.object({ code: z.enum(errorCodes), message: z.string() });
const wireNote = z.object({
  backup: z.looseObject({ localId: z.string(), status: z.string() }),
  outage: z.object({ since: z.number(), error: wireError }).nullable(),
  end: z.union([z.literal('finished'), wireError]).nullable(),
  hasReadLog: z.boolean(),
});

export interface TopicNote {
  readonly backup: Backup;
  readonly outage: { readonly since: Instant; readonly error: GatewayError } | null;
  readonly end: 'finished' | GatewayError | null;
  /** The log was read together with the state: what was read is in the replay log. */
  readonly hasReadLog: boolean;
}

const toPlain = ({ code, message }: GatewayError) => ({ code, message });
const toError = ({ code, message }: z.infer<typeof wireError>) => new GatewayError(code, message);

export const toNote = ({ backup, outage, end, hasReadLog }: Omit<TopicNote, 'outage'> & { outage: Outage | null }) =>
  JSON.stringify({
    backup,
    outage: outage && { since: outage.since, error: toPlain(outage.problem.error) },
    end: end instanceof GatewayError ? toPlain(end) : end,
    hasReadLog,
  });

export function readNote(text: string): TopicNote {
  const { backup, outage, end, hasReadLog } = wireNote.parse(JSON.parse(text));
  return {
    backup: backup as unknown as Backup,
    outage: outage && { since: outage.since, error: toError(outage.error) },
    end: end === null || end === 'finished' ? end : toError(end),
    hasReadLog,
  };
}

/** Shows watchers what another gateway has told. Its log lines are here already. */
export function applyNote(topic: WatchedBackup, note: TopicNote, show: (backup: Backup) => Backup): void {
  if (topic.logWatchers > 0) {
    // The last lines are not read yet: this gateway reads them when it has the right to.
    if (note.end === 'finished' && !note.hasReadLog) return;
    topic.hasReadLog ||= note.hasReadLog;
  }
  if (note.end instanceof GatewayError) topic.update({ end: note.end });
  else if (note.outage) {
    stall(topic, { provider: topic.backup.provider, entityId: null, error: note.outage.error });
    topic.notify();
  } else topic.show(show(note.backup), note.end === 'finished');
}
