/** The endpoint of job logs. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxHandler } from '../../_kit/sandbox/http.ts';
import { connectionId, reachable } from './connections.ts';
import { isActive, type Job } from './jobs.ts';
import { linesAt } from './lines.ts';
import type { FlosumServer } from './server.ts';
import { connectionsPath, notFound, readPathNumber } from './wire.ts';

/** Not part of the contract, so it can be switched off: then it answers like an unknown path. */
export function jobLog(server: FlosumServer, signedIn: (handler: SandboxHandler) => SandboxHandler): SandboxHandler {
  const answer = signedIn(async (call) => {
    connectionId(call);
    const jobId = readPathNumber(call.params.id ?? '', 'id');
    const { id } = reachable(server, call);
    const job = server.find(jobId);
    if (job?.connectionId !== id) return notFound(`no job ${jobId} of connection ${id}`);
    call.response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(Readable.from(chunks(server, job)), call.response).catch(ignoreLeaving);
    return null;
  });
  return (call) =>
    server.jobLogs ? answer(call) : server.unknownPath('GET', logPath(call.params.connectionId, call.params.id));
}

/** Ignores the error of a client that disconnects during the stream. */
function ignoreLeaving(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

const logPath = (connection = '', job = ''): string => `${connectionsPath}/${connection}/jobs/${job}/logs/details`;

const chunkBytes = 1000;
const followMs = 20;

/** The log in chunks, which may end within a line or a character. With `followLogs` it ends with the job. */
async function* chunks(server: FlosumServer, job: Job): AsyncGenerator<Buffer> {
  let sent = 0;
  for (;;) {
    const now = server.clock.now();
    const lines = linesAt(job, now).slice(sent);
    sent += lines.length;
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    if (!server.followLogs || !isActive(job, now) || server.find(job.jobId) !== job) return;
    await delay(followMs);
  }
}
