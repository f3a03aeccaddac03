/** Why the key server could not be read, for the log and `check`. */
import { whyUnreachable } from '../upstream/unreachable.ts';

const settings = { url: 'auth.jwt.jwksUrl', ca: 'auth.jwt.ca', proxy: 'auth.jwt.proxy' };

/** The same words for the same cause, so that the log can tell a change from a repetition. */
export function whyKeysUnreadable(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'it did not answer in time';
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT') return 'it did not take a connection in time';
  return whyUnreachable(error, settings) ?? error.message;
}
