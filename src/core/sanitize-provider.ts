/**
 * Sanitizes every answer of an adapter: removes secrets, markup and control characters from the texts of errors and
 * backups, and known secrets from logs.
 */
import { findGatewayError, GatewayError } from './errors.ts';
import type { Backup } from './model.ts';
import type { LogRead, Problem, Provider } from './provider.ts';
import type { Started } from './provider-commands.ts';
import { type AnswerOf, decorateProvider, type UpstreamMethod } from './provider-methods.ts';
import { sanitizeBackupText, sanitizeText } from './sanitize-text.ts';
import { holdsSecret, redactSecrets, redactSecretsIn } from './secret-redaction.ts';

const same = <Answer>(answer: Answer): Answer => answer;

/** Sanitizes the answer of each method. Rows of lists are sanitized when they are opened, by `sanitizeBackup`. */
const sanitizers: { readonly [Name in UpstreamMethod]: (answer: AnswerOf<Name>) => AnswerOf<Name> } = {
  listEntities: same,
  getEntities: same,
  listBackups: (page) =>
    page.problems.length === 0 ? page : { ...page, problems: page.problems.map(sanitizeProblem) },
  countBackups: same,
  getBackups: same,
  readTriggers: same,
  readOrigins: same,
  readDataPresence: (readings) =>
    readings.map((one) => (one.error ? { ...one, error: sanitizeError(one.error) } : one)),
  readCopies: (readings) => readings.map((one) => (one.error ? { ...one, error: sanitizeError(one.error) } : one)),
  readChainRoots: same,
  readSchedules: same,
  readLog: sanitizeLog,
  downloadLog: (chunks) => chunks && redactSecretsIn(chunks),
  markStart: same,
  findStarted: ({ backup, candidates, error }) => ({
    backup: backup && sanitizeBackup(backup),
    candidates: candidates.map(sanitizeBackup),
    error: error && sanitizeError(error),
  }),
  startBackup: sanitizeStarted,
  createBackup: sanitizeStarted,
  retryBackup: sanitizeStarted,
  cancelBackup: (result) => ({ ...result, backup: sanitizeBackup(result.backup) }),
  updateDescription: sanitizeBackup,
  updateWarnings: sanitizeBackup,
  acknowledgeWarnings: (results) =>
    results.map((result) => (result instanceof GatewayError ? sanitizeError(result) : sanitizeBackup(result))),
};

/** Returns the provider with sanitized answers and errors. */
export function sanitizeProvider(provider: Provider): Provider {
  const { health } = provider;
  const sanitized = decorateProvider(provider, (name, call) => async (...args) => {
    // TypeScript cannot relate `name` to the answer type of its method here.
    const sanitize = sanitizers[name] as (answer: unknown) => unknown;
    try {
      return sanitize(await call(...args));
    } catch (thrown) {
      throw sanitizeThrown(thrown);
    }
  });
  return {
    ...sanitized,
    health() {
      const current = health();
      return current.error ? { ...current, error: sanitizeError(current.error) } : current;
    },
  };
}

/**
 * Returns a sanitized GatewayError if there is one in the chain of causes. Other errors are bugs and stay unchanged.
 */
function sanitizeThrown(thrown: unknown): unknown {
  const known = findGatewayError(thrown);
  if (!known) return thrown;
  const error = sanitizeError(known);
  return error === known ? thrown : error;
}

function sanitizeError(error: GatewayError): GatewayError {
  const message = sanitizeText(error.message);
  if (message === error.message) return error;
  const retryAfterSeconds = error.retryAfterSeconds ?? undefined;
  // The cause keeps the original for the log.
  return new GatewayError(error.code, message, { cause: error, retryAfterSeconds, field: error.field ?? undefined });
}

const sanitizeProblem = (problem: Problem): Problem => ({ ...problem, error: sanitizeError(problem.error) });

export function sanitizeBackup(backup: Backup): Backup {
  const { errorMessage, warnings } = backup;
  if (errorMessage === null && warnings.length === 0) return backup;
  return {
    ...backup,
    errorMessage: errorMessage === null ? null : sanitizeBackupText(errorMessage) || null,
    warnings: warnings.map((one) => ({ ...one, message: sanitizeBackupText(one.message) })),
  };
}

function sanitizeStarted(started: Started): Started {
  const { backup, message } = started;
  return { ...started, backup: backup && sanitizeBackup(backup), message: message && sanitizeText(message) };
}

/** Removes only secrets; the rest of a line stays unchanged. */
function sanitizeLog(read: LogRead): LogRead {
  // Fast path: polls read the same lines repeatedly, and few of them contain a secret.
  if (!holdsSecret(read.lines.map(({ raw, text }) => `${raw}\n${text}`).join('\n'))) return read;
  const lines = read.lines.map((line) => {
    const raw = redactSecrets(line.raw);
    const text = line.text === line.raw ? raw : redactSecrets(line.text);
    return raw === line.raw && text === line.text ? line : { ...line, raw, text };
  });
  return { ...read, lines };
}
