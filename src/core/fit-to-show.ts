/**
 * The one way out of every adapter: what a product has said about errors and backups is made fit to be shown, whether
 * the adapter has thought of it or not, and known secrets are hidden in logs.
 */
import { findGatewayError, GatewayError } from './errors.ts';
import { hideSecrets, hideSecretsIn, holdsSecret } from './known-secrets.ts';
import type { Backup } from './model.ts';
import { toPeopleText } from './people-text.ts';
import type { LogRead, Problem, Provider } from './provider.ts';

/**
 * Of what a product says about one backup, which is often several reasons, a line each. Longer than an error, since it
 * is all that there is to know of a failed night; a page of a hundred such rows is still a small answer.
 */
const maxBackupTextLength = 2_000;

/** The same provider. Rows of its lists are fitted as they are opened, by `fitBackup`. */
export function fitProvider(provider: Provider): Provider {
  /** A method whose answer is fitted by `show`, and whose failure by `fitError`. */
  function fitted<Args extends unknown[], Result>(
    method: (...args: Args) => Promise<Result>,
    show: (result: Result) => Result,
  ): (...args: Args) => Promise<Result>;
  function fitted<Args extends unknown[], Result>(
    method: ((...args: Args) => Promise<Result>) | undefined,
    show: (result: Result) => Result,
  ): ((...args: Args) => Promise<Result>) | undefined;
  function fitted<Args extends unknown[], Result>(
    method: ((...args: Args) => Promise<Result>) | undefined,
    show: (result: Result) => Result,
  ) {
    if (!method) return undefined;
    return async (...args: Args): Promise<Result> => {
      try {
        return show(await method.apply(provider, args));
      } catch (thrown) {
        throw fitThrown(thrown);
      }
    };
  }

  const { health } = provider;
  const optional = {
    markStart: fitted(provider.markStart, same),
    startBackup: fitted(provider.startBackup, fitStarted),
    createBackup: fitted(provider.createBackup, fitStarted),
    findStarted: fitted(provider.findStarted, (finding) => ({
      ...finding,
      error: finding.error && fitError(finding.error),
    })),
    cancelBackup: fitted(provider.cancelBackup, (result) => ({ ...result, backup: fitBackup(result.backup) })),
    updateDescription: fitted(provider.updateDescription, fitBackup),
    updateWarnings: fitted(provider.updateWarnings, fitBackup),
    acknowledgeWarnings: fitted(provider.acknowledgeWarnings, (results) =>
      results.map((result) => (result instanceof GatewayError ? fitError(result) : fitBackup(result))),
    ),
    readTriggers: fitted(provider.readTriggers, same),
    readDataPresence: fitted(provider.readDataPresence, (readings) =>
      readings.map((one) => (one.error ? { ...one, error: fitError(one.error) } : one)),
    ),
    readLog: fitted(provider.readLog, fitLog),
    downloadLog: fitted(provider.downloadLog, (chunks) => chunks && hideSecretsIn(chunks)),
  };
  return {
    ...provider,
    ...(Object.fromEntries(Object.entries(optional).filter(([, method]) => method)) as Partial<Provider>),
    health() {
      const current = health();
      return current.error ? { ...current, error: fitError(current.error) } : current;
    },
    listEntities: fitted(provider.listEntities, same),
    getEntities: fitted(provider.getEntities, same),
    listBackups: fitted(provider.listBackups, (page) =>
      page.problems.length === 0 ? page : { ...page, problems: page.problems.map(fitProblem) },
    ),
    countBackups: fitted(provider.countBackups, same),
    getBackups: fitted(provider.getBackups, same),
  };
}

const same = <T>(result: T): T => result;

/** A bug stays what it is. What is ours below something else would be shown in its place. */
function fitThrown(thrown: unknown): unknown {
  const known = findGatewayError(thrown);
  if (!known) return thrown;
  const error = fitError(known);
  return error === known ? thrown : error;
}

function fitError(error: GatewayError): GatewayError {
  const message = toPeopleText(error.message);
  if (message === error.message) return error;
  const retryAfterSeconds = error.retryAfterSeconds ?? undefined;
  // The log gets it as it was.
  return new GatewayError(error.code, message, { cause: error, retryAfterSeconds, field: error.field ?? undefined });
}

const fitProblem = (problem: Problem): Problem => ({ ...problem, error: fitError(problem.error) });

export function fitBackup(backup: Backup): Backup {
  const { errorMessage, warnings } = backup;
  if (errorMessage === null && warnings.length === 0) return backup;
  return {
    ...backup,
    errorMessage: errorMessage === null ? null : toPeopleText(errorMessage, maxBackupTextLength) || null,
    warnings: warnings.map((one) => ({ ...one, message: toPeopleText(one.message, maxBackupTextLength) })),
  };
}

const fitStarted = <T extends { readonly backup: Backup | null; readonly message: string | null }>(started: T): T => ({
  ...started,
  backup: started.backup && fitBackup(started.backup),
  message: started.message && toPeopleText(started.message),
});

/** Lines stay whole: people look for the one word in them that no rule would have kept. */
function fitLog(read: LogRead): LogRead {
  // Polls read the same hundreds of lines again and again, and there is next to never anything in them.
  if (!holdsSecret(read.lines.map(({ raw, text }) => `${raw}\n${text}`).join('\n'))) return read;
  const lines = read.lines.map((line) => {
    const raw = hideSecrets(line.raw);
    const text = line.text === line.raw ? raw : hideSecrets(line.text);
    return raw === line.raw && text === line.text ? line : { ...line, raw, text };
  });
  return { ...read, lines };
}
