/** Errors of the adapters: tests of a code, handlers for `.catch()`, and refusals that several products share. */
import { badInput, type ErrorCode, GatewayError } from '../../src/core/errors.ts';

export const isCode = (error: unknown, ...codes: readonly ErrorCode[]): error is GatewayError =>
  error instanceof GatewayError && codes.includes(error.code);

export const isNotFound = (error: unknown): error is GatewayError => isCode(error, 'NOT_FOUND');

/**
 * A handler for `.catch()` that replaces an error with `value` and throws every error that does not match. By default
 * each GatewayError matches, for a read whose failure must not hide what was done before it; bugs are always thrown.
 */
export const orElse =
  <T>(value: T, matches: (error: unknown) => boolean = (error) => error instanceof GatewayError) =>
  (error: unknown): T => {
    if (matches(error)) return value;
    throw error;
  };

export const nullIfNotFound = orElse(null, isNotFound);

export const noSuchBackup = (provider: string): GatewayError =>
  new GatewayError('NOT_FOUND', `${provider} has no such backup.`);

/** For products whose backups take no settings. `product` is its name in the message. Throws BAD_USER_INPUT. */
export function refuseSettings(product: string, settings: Readonly<Record<string, unknown>>): void {
  const [setting] = Object.keys(settings);
  if (setting !== undefined) throw badInput(`${product} has no setting "${setting}".`, ['input', setting]);
}
