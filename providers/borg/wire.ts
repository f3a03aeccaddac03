/** What we read of Borg UI's replies, and nothing more: other fields pass unseen, and a new status word fails no page. */
import { z } from 'zod';

/** Zeros stand for "none" and for "not known" alike: the product writes 0 where its database holds nothing. */
const progressDetails = z.object({
  /** Bytes read so far. */
  original_size: z.number().nullish(),
  /** Bytes; Borg 2 has neither this nor the next. */
  compressed_size: z.number().nullish(),
  deduplicated_size: z.number().nullish(),
  nfiles: z.number().nullish(),
  current_file: z.string().nullish(),
  /** 0 to 100, and 1 as a stand-in until the expected size is known. */
  progress_percent: z.number().nullish(),
  /** MiB a second, whatever the product's own description says. Stale after the end. */
  backup_speed: z.number().nullish(),
  /** Bytes. */
  total_expected_size: z.number().nullish(),
  /** Seconds. Stale after the end. */
  estimated_time_remaining: z.number().nullish(),
});

const job = {
  id: z.int(),
  repository: z.string(),
  status: z.string(),
  /** RFC 3339 with microseconds and `+00:00`. */
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  /** One line or several, each text or `{"key", "params"}` as JSON. */
  error_message: z.string().nullish(),
  maintenance_status: z.string().nullish(),
  /** manual, schedule or backup_plan; older versions have none. */
  triggered_by: z.string().nullish(),
  /** local, remote_ssh or agent. */
  execution_mode: z.string().nullish(),
  progress_details: progressDetails.nullish(),
};

export const listRow = z.object({
  ...job,
  has_logs: z.boolean().nullish(),
  scheduled_job_id: z.int().nullish(),
  archive_name: z.string().nullish(),
});

/** The status of one job has other fields than its row in the list. */
export const statusReply = z.object({
  ...job,
  /** The log, or the name of its file: it says that there is one, and is not for people. */
  logs: z.string().nullish(),
});

/** Of their rows most are never looked at. */
export const jobsReply = z.object({ jobs: z.array(z.unknown()) });
export const startReply = z.object({ job_id: z.int() });
export const cancelReply = z.object({ process_terminated: z.boolean().nullish() });

/** Of a repository; Borg names an archive once. */
export const archivesReply = z.object({ archives: z.array(z.object({ name: z.string() })) });

const repository = z.object({
  id: z.int().nullish().catch(null),
  borg_version: z.int().nullish().catch(null),
  path: z.string(),
  name: z.string().nullish(),
  mode: z.string().nullish(),
});
export const repositoriesReply = z.object({ repositories: z.array(repository) });

/** Both log endpoints. The numbers of a running job begin at 1 with every reply, and mean nothing; those of a stored log are true. */
export const logReply = z.object({
  lines: z.array(z.object({ line_number: z.int().nullish(), content: z.string() })),
  total_lines: z.int(),
  has_more: z.boolean().nullish(),
});

/** `access_token` is null where a second factor is asked for. */
export const loginReply = z.object({ access_token: z.string().nullish() });
export const meReply = z.object({ role: z.string().nullish() });

/** One line of Borg's log, where it is JSON. `time` is in seconds with a fraction. */
export const borgEvent = z.object({
  type: z.string(),
  time: z.number().nullish(),
  message: z.string().nullish(),
  levelname: z.string().nullish(),
  name: z.string().nullish(),
  msgid: z.string().nullish(),
  /** Of a file: A (added), M (modified) and others. */
  status: z.string().nullish(),
  finished: z.boolean().nullish(),
  original_size: z.number().nullish(),
  compressed_size: z.number().nullish(),
  deduplicated_size: z.number().nullish(),
  nfiles: z.number().nullish(),
  path: z.string().nullish(),
});

export type ProgressDetails = z.output<typeof progressDetails>;
export type ListRow = z.output<typeof listRow>;
export type StatusRow = z.output<typeof statusReply>;
export type RepositoryRow = z.output<typeof repository>;
export type LogReply = z.output<typeof logReply>;
export type BorgEvent = z.output<typeof borgEvent>;
