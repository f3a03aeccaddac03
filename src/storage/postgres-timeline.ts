/**
 * The timeline of the server. A failover to a standby, or a restore to a point in time, begins a new one: what was
 * committed last before it may be missing, so that numbers of replay logs may be used again. Then the epochs of all logs
 * change, and positions that are not in the database any more are not found.
 */
import type pg from 'pg';
import { postgresSchema } from './dialect.ts';
import { isConnectionFailure } from './postgres-client.ts';

/** A dump that is restored at another server has another system. */
const readTimeline = `SELECT system_identifier || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline
  FROM pg_control_system()`;

const note = `INSERT INTO ${postgresSchema}.replay_notes AS known (name, note) VALUES ('timeline', $1)
  ON CONFLICT (name) DO UPDATE SET note = excluded.note WHERE known.note <> excluded.note RETURNING xmax <> 0 AS "isChanged"`;

/** As `src/replay/epochs.ts` names epochs, with as many former ones. Replicas have read lower versions of a log. */
const rotate = `UPDATE ${postgresSchema}.replay_logs SET version = version + 1000, head = jsonb_set(jsonb_set(head::jsonb,
    '{head,epochs,former}',
    CASE WHEN jsonb_array_length(head::jsonb #> '{head,epochs,former}') >= 50
      THEN (head::jsonb #> '{head,epochs,former}') - 0 ELSE head::jsonb #> '{head,epochs,former}' END
      || jsonb_build_array(jsonb_build_array(head::jsonb #> '{head,epochs,current}', head::jsonb -> 'lastSeq'))),
    '{head,epochs,current}',
    to_jsonb(translate(encode(substring(uuid_send(gen_random_uuid()) FOR 6), 'base64'), '+/', '-_')))::text
  WHERE head::jsonb #> '{head,epochs,current}' IS NOT NULL`;

/** The first replica that finds another timeline changes the epochs; the others wait for it. Resolves to whether this one did. */
export async function followTimeline(client: pg.Client): Promise<boolean> {
  const timeline = await client.query(readTimeline).catch((error: unknown) => {
    if (error instanceof Error && !('code' in error && error.code !== undefined) && isConnectionFailure(error))
      throw error;
    // A server that does not tell it, such as some that are operated by others.
    return null;
  });
  if (!timeline) return false;
  const value = JSON.stringify((timeline.rows[0] as { timeline: string }).timeline);
  await client.query('BEGIN');
  try {
    const { rows } = await client.query(note, [value]);
    const isChanged = (rows[0] as { isChanged: boolean } | undefined)?.isChanged === true;
    if (isChanged) await client.query(rotate);
    await client.query('COMMIT');
    return isChanged;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
