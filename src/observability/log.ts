import { type Logger, pino } from 'pino';
import { currentRequestId } from '../core/request-scope.ts';
import { redactSecrets } from '../core/secret-redaction.ts';
import { createLogSink, type LogSink } from './sink.ts';
import { openStandardError } from './standard-error.ts';

export type Log = Logger;

/** One for the process, since there is one standard error. */
const sink: LogSink = createLogSink(openStandardError, {
  reportDropped: (dropped) =>
    `${JSON.stringify({ level: 40, time: Date.now(), dropped, msg: 'log lines were dropped, because the log could not be written' })}\n`,
});
process.once('exit', () => sink.flushAtExit());

/**
 * One JSON line an event, on standard error: standard output is for what a command prints. What is written while a
 * request is on has its id; known secrets are removed from every line. Logging never throws
 * and never waits.
 */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: null,
      mixin: requestOf,
      hooks: {
        streamWrite: redactSecrets,
        logMethod(args, method) {
          try {
            method.apply(this, args);
          } catch {
            // A value that cannot be written as JSON: the line is lost, what it reports on is not.
            sink.drop();
          }
        },
      },
    },
    sink,
  );

/** Waits until all lines are written, at most `ms`. */
export const flushLog = (ms: number): Promise<void> => sink.flush(ms);

function requestOf(): { requestId?: string } {
  const requestId = currentRequestId();
  return requestId === null ? {} : { requestId };
}
