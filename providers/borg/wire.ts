/** The fields that are read of Borg UI's replies. Other fields are ignored, and unknown status words are accepted. */
import { z } from 'zod';
import {
  count,
  flag,
  identifier,
  list,
  measure,
  moment,
  object,
  type RowOf,
  required,
  row,
  rowSchema,
  rowsSchema,
  serial,
  text,
} from '../../src/core/tolerant-reader.ts';

/** Zeros stand for "none" and for "not known" alike: the product writes 0 where its database holds nothing. */
const progressDetails = {
  /** Bytes read so far. */
  original_size: count,
  /** Bytes; Borg 2 has neither this nor the next. */
  compressed_size: count,
  deduplicated_size: count,
  nfiles: count,
  current_file: text,
  /** 0 to 100, and 1 as a stand-in until the expected size is known. */
  progress_percent: measure,
  /** MiB a second, whatever the product's own description says. Stale after the end. */
  backup_speed: measure,
  /** Bytes. */
  total_expected_size: count,
  /** Seconds. Stale after the end. */
  estimated_time_remaining: measure,
};

const job = {
  /** Path; of the only thing that a job has to be of. */
  repository: required(identifier),
  status: required(text),
  /** ISO 8601 with microseconds and `+00:00`. */
  started_at: moment,
  completed_at: moment,
  /** One line or several, each text or `{"key", "params"}` as JSON. */
  error_message: text,
  maintenance_status: text,
  /** manual, schedule or backup_plan; older versions have none. */
  triggered_by: text,
  /** local, remote_ssh or agent. */
  execution_mode: text,
  /** Of the plan that started it; older versions have none. */
  backup_plan_id: serial,
  backup_plan_name: text,
  progress_details: object(progressDetails),
};

/** As the list has it. */
export const listRow = row({ id: serial }, { ...job, has_logs: flag, scheduled_job_id: serial, archive_name: text });

/** The status of one job has other fields than its row in the list. */
export const statusRow = row(
  { id: serial },
  {
    ...job,
    /** The log, or the name of its file: it says that there is one, and is not for people. */
    logs: text,
  },
);
export const statusReply = rowSchema(statusRow);

export const jobsReply = z.object({ jobs: rowsSchema(listRow) });
export const startReply = z.object({ job_id: z.int() });
export const cancelReply = z.object({ process_terminated: z.boolean().nullish().catch(null) });

/** Of a repository; Borg names an archive once. */
const archiveRow = row({ name: identifier }, {});
export const archivesReply = z.object({
  archives: rowsSchema(archiveRow).transform((rows) => rows.map((one) => archiveRow(one)?.name ?? null)),
});

export const repositoryRow = row(
  { path: identifier },
  {
    id: serial,
    borg_version: serial,
    name: text,
    mode: text,
    /** Of the schedule that the product prefers of several: an enabled one. Older versions have neither. */
    schedule_enabled: flag,
    next_run: moment,
  },
);
export const repositoriesReply = z.object({ repositories: rowsSchema(repositoryRow) });

/** A schedule of one repository, by its path or number, or of several. */
export const scheduleRow = row(
  { id: serial },
  {
    name: text,
    cron_expression: text,
    /** IANA name; older versions have none. */
    timezone: text,
    enabled: flag,
    repository: identifier,
    repository_id: serial,
    repository_ids: list(serial),
    last_run: moment,
    next_run: moment,
  },
);
export const schedulesReply = z.object({ jobs: rowsSchema(scheduleRow) });

const hasText = (given: unknown): boolean => typeof (given as { content?: unknown } | null)?.content === 'string';

/** A record of a log that has no text of its own is shown as it came, so that no line is missing or moves up. */
const logRecord = z.unknown().transform((given) => {
  const { content, line_number: number } = (given ?? {}) as Readonly<Record<string, unknown>>;
  return {
    line_number:
      typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= maxLines ? number : null,
    content: typeof content === 'string' ? content : `This line of the log cannot be read: ${toShortJson(given)}`,
  };
});

/** What a GraphQL Int can say. */
const maxLines = 2_147_483_647;
const maxShownRecord = 500;

const toShortJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  return json.length > maxShownRecord ? `${json.slice(0, maxShownRecord)}…` : json;
};

/** Both log endpoints. The numbers of a running job begin at 1 with every reply, and mean nothing; those of a stored log are true. */
export const logReply = z
  .object({
    // Without any text it is no log of the contract, rather than one with odd records.
    lines: z
      .array(z.unknown())
      .refine((given) => given.length < 2 || given.some(hasText), { error: 'expected lines with their text' })
      .pipe(z.array(logRecord)),
    total_lines: z.int32().nonnegative().nullish().catch(null),
    has_more: z.boolean().nullish().catch(null),
  })
  .transform((reply) => ({ ...reply, total_lines: reply.total_lines ?? linesUpTo(reply) }));

/** Where the product does not say how many there are: those up to the last one here, and one more where more follow. */
const linesUpTo = ({
  lines,
  has_more,
}: {
  lines: readonly { line_number: number | null }[];
  has_more?: boolean | null | undefined;
}) => (lines.at(-1)?.line_number ?? lines.length) + (has_more === true ? 1 : 0);

/** `access_token` is null where a second factor is asked for. */
export const loginReply = z.object({ access_token: z.string().nullish() });
export const meReply = z.object({ role: z.string().nullish().catch(null) });

/** One line of Borg's log, where it is JSON. `time` is in seconds with a fraction. */
export const borgEvent = row(
  { type: text },
  {
    time: measure,
    message: text,
    levelname: text,
    name: text,
    msgid: text,
    /** Of a file: A (added), M (modified) and others. */
    status: text,
    finished: flag,
    original_size: count,
    compressed_size: count,
    deduplicated_size: count,
    nfiles: count,
    path: text,
  },
);

export type ListRow = RowOf<typeof listRow>;
export type StatusRow = RowOf<typeof statusRow>;
export type ProgressDetails = NonNullable<ListRow['progress_details']>;
export type ScheduleRow = RowOf<typeof scheduleRow>;
export type RepositoryRow = RowOf<typeof repositoryRow>;
export type LogReply = z.output<typeof logReply>;
export type BorgEvent = RowOf<typeof borgEvent>;
