/**
 * The log of a job. The vendor tells neither its form nor its media type, so these lines are made up: a time, a
 * level and a sentence. Some hold characters of several bytes, which a reader of chunks must not cut.
 */
import { endMs, type Job, noise, shareAt, statusAt } from './jobs.ts';

const objects = [
  'Account',
  'Contact',
  'Opportunity',
  'Case',
  'Zubehör__c',
  'Prüfung__c',
  '請求書__c',
  'ContentVersion',
];

/** Every line that is there at that moment, oldest first, without its line end. */
export function linesAt(job: Job, nowMs: number): readonly string[] {
  if (job.lines) return job.lines;
  const { logLines } = job.script;
  const written = Math.min(logLines, Math.floor(elapsedShare(job, nowMs) * (logLines + 1)));
  const lines = [line(job.startMs, 'INFO', `Job ${job.jobId} started: ${job.operationType} "${job.name}"`)];
  for (let index = 0; index < written; index += 1) {
    const count = Math.floor((job.script.records / logLines) * (0.5 + noise(job.jobId, index)));
    const object = objects[index % objects.length] ?? 'Account';
    lines.push(line(bodyMs(job, index), 'INFO', `${object}: ${count} records read`));
  }
  const last = lastLine(job, nowMs);
  return last === null ? lines : [...lines, last];
}

const elapsedShare = (job: Job, nowMs: number): number => {
  const { durationSeconds } = job.script;
  return durationSeconds === 0 ? 1 : (Math.min(nowMs, endMs(job)) - job.startMs) / (durationSeconds * 1000);
};

const bodyMs = ({ startMs, script }: Job, index: number): number =>
  startMs + ((index + 1) / (script.logLines + 1)) * script.durationSeconds * 1000;

function lastLine(job: Job, nowMs: number): string | null {
  const status = statusAt(job, nowMs);
  if (status === 'In Progress') return null;
  const records = Math.floor(job.script.records * shareAt(job, nowMs));
  if (status === 'Completed') return line(endMs(job), 'INFO', `Job ${job.jobId} completed: ${records} records`);
  if (status === 'Aborted') return line(endMs(job), 'WARN', `Job ${job.jobId} aborted by user`);
  return line(endMs(job), 'ERROR', 'REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.');
}

const line = (ms: number, level: string, text: string): string =>
  `${new Date(ms).toISOString()} ${level.padEnd(5)} ${text}`;
