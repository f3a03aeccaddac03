import { destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** One JSON line an event, on standard error: standard output is for what a command prints. */
export const createLog = (level: string): Log => pino({ level, base: null }, destination({ dest: 2, sync: true }));
