import { destination, type Logger, pino } from 'pino';
import { hideSecrets } from './core/known-secrets.ts';
import { currentRequestId } from './core/request-scope.ts';

export type Log = Logger;

/**
 * One JSON line an event, on standard error: standard output is for what a command prints. What is written while a
 * request is on has its id; secrets that are known are in none of them, whoever has written them.
 */
export const createLog = (level: string): Log =>
  pino(
    { level, base: null, mixin: requestOf, hooks: { streamWrite: hideSecrets } },
    destination({ dest: 2, sync: true }),
  );

function requestOf(): { requestId?: string } {
  const requestId = currentRequestId();
  return requestId === null ? {} : { requestId };
}
