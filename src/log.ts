import { destination, type Logger, pino } from 'pino';
import { currentRequestId } from './core/request-scope.ts';

export type Log = Logger;

/**
 * One JSON line an event, on standard error: standard output is for what a command prints. What is written while a
 * request is on has its id.
 */
export const createLog = (level: string): Log =>
  pino({ level, base: null, mixin: requestOf }, destination({ dest: 2, sync: true }));

function requestOf(): { requestId?: string } {
  const requestId = currentRequestId();
  return requestId === null ? {} : { requestId };
}
