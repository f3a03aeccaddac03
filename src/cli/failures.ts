/** Faults that a person can remedy: what is printed instead of a stack, and the exit code. */
import { ConfigError } from '../config/file.ts';
import { LedgerError } from '../storage/database.ts';
import { exitCodes } from './exit-codes.ts';

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** Returns null for an unexpected error. */
export function toFailure(error: unknown): Failure | null {
  if (error instanceof ConfigError) {
    const faults = error.faults.map((fault) => `  ${fault}\n`).join('');
    return { text: `The configuration has faults:\n${faults}`, exitCode: exitCodes.misconfigured };
  }
  if (error instanceof LedgerError) return { text: `${error.message}\n`, exitCode: exitCodes.misconfigured };
  if (isListenError(error)) {
    const remedy = error.setting === undefined ? 'Choose another with --port' : `Choose another ${error.setting}`;
    return { text: `Cannot listen on port ${error.port}: ${error.code}. ${remedy}.\n`, exitCode: exitCodes.failed };
  }
  return null;
}

const isListenError = (error: unknown): error is NodeJS.ErrnoException & { port: number; setting?: string } =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';
