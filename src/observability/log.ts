import { type Logger, pino, stdTimeFunctions } from 'pino';
import { currentRequest, toLogFields } from '../core/request-scope.ts';
import { redactSecrets } from '../core/secret-redaction.ts';
import { toPretty } from './pretty.ts';
import { createLogSink, type LogSink } from './sink.ts';
import { openStandardError } from './standard-error.ts';

export type Log = Logger;

/** One sink for the process, since there is one standard error. */
const sink: LogSink = createLogSink(openStandardError, {
  reportDropped: (dropped) =>
    `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), dropped, msg: 'log lines were dropped, because the log could not be written' })}\n`,
});
process.once('exit', () => sink.flushAtExit());

/**
 * Logs one JSON line for each event to standard error; standard output is for the output of commands. Lines of a
 * request contain its id, its client and its trace. Known secrets are removed. Logging never throws and never waits.
 */
export const createLog = (level: string, format: 'json' | 'pretty' = 'json'): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      mixin: () => toLogFields(currentRequest()),
      hooks: {
        streamWrite: format === 'pretty' ? (line) => toPretty(redactSecrets(line)) : redactSecrets,
        logMethod(args, method) {
          try {
            method.apply(this, args);
          } catch {
            // The value cannot be serialised as JSON: only this line is lost.
            sink.drop();
          }
        },
      },
    },
    sink,
  );

/** Waits until all lines are written, at most `ms`. */
export const flushLog = (ms: number): Promise<void> => sink.flush(ms);

/** Number of lines of this process that were dropped, because the log could not be written. */
export const droppedLogLines = (): number => sink.droppedTotal;
