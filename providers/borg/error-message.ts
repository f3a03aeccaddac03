/** Why a job failed, from the forms in which Borg UI keeps it, as a sentence for people. */
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { cutText, trimEndOf } from '../../src/core/text.ts';

type Params = Readonly<Record<string, unknown>>;

/** By the end of the product's translation key. A key that is not here is spelled out from its own words. */
const sentences = new Map<string, (params: Params) => string>([
  ['backup.cancelledByUser', () => 'it was cancelled by a user'],
  ['backup.cancelledByUserProcessNotFound', () => 'it was cancelled by a user, and its process was already gone'],
  ['backup.cancelledProcessNotFound', () => 'it was cancelled by a user, and its process was already gone'],
  ['borg.lockTimeout', () => locked],
  ['borg.unknownError', () => 'Borg failed for a reason that it does not name'],
  ['borg.connectionClosed', () => 'the connection to the repository was closed'],
  ['borg.repositoryDoesNotExist', () => 'the repository does not exist'],
  ['service.backupCompletedWithWarning', ({ exitCode }) => `Borg finished with warnings${exitCodeOf(exitCode)}`],
  ['service.preBackupHookFailed', () => 'the script that runs before the backup failed'],
  ['service.containerRestartedDuringBackup', () => 'Borg UI was restarted while it ran'],
  ['service.agentUnreachable', () => 'the agent cannot be reached'],
]);

const exitCodeOf = (code: unknown): string => (typeof code === 'number' ? ` (exit code ${code})` : '');

const locked = 'the repository is locked by another process';
const maxLength = 500;
/** What is read of it, in whole lines. More than `sanitizeText` reads of one: it leaves no half of a secret. */
const maxRead = 25_000;

/** Null for none. The product writes one line or several, each of text, `{"key", "params"}` or `LOCK_ERROR::<path>`. */
export function toErrorMessage(text: string | null): string | null {
  const parts = startOf(text ?? '')
    .split('\n')
    .map(toPart)
    .filter((part) => part !== '');
  if (parts.length === 0) return null;
  return toSentence([...new Set(parts)].join('; '));
}

function startOf(text: string): string {
  if (text.length <= maxRead) return text;
  const start = text.slice(0, maxRead);
  const end = start.lastIndexOf('\n');
  return end < 0 ? start : start.slice(0, end);
}

function toPart(line: string): string {
  const text = line.trim();
  if (text.startsWith('LOCK_ERROR::')) return locked;
  return explainKey(parseKey(text)) ?? trimEndOf(plain(text), '.;');
}

interface Keyed {
  readonly key: string;
  readonly params: Params;
}

/** `{"key": …, "params": …}`, from JSON text or as a value; null for anything else. */
export function parseKey(value: unknown): Keyed | null {
  if (typeof value === 'string') return value.startsWith('{') ? parseKey(parseJson(value)) : null;
  if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string') return null;
  const params = 'params' in value && typeof value.params === 'object' && value.params ? value.params : {};
  return { key: value.key, params: params as Params };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A translated message of the product, which it shows where it has no log. One line of it may hold several. */
export const isErrorLine = (text: string): boolean => {
  if (parseKey(text.trim()) !== null) return true;
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => line.startsWith('LOCK_ERROR::') || parseKey(line.trim()) !== null);
};

function explainKey(keyed: Keyed | null): string | null {
  if (!keyed) return null;
  return sentences.get(shortKey(keyed.key))?.(keyed.params) ?? spellOut(keyed.key);
}

/** `backend.errors.borg.lockTimeout` as `borg.lockTimeout`. */
export const shortKey = (key: string): string => key.replace(/^backend\.errors\./, '');

/** `backend.errors.service.postBackupHookFailed` as `post backup hook failed`. */
const spellOut = (key: string): string =>
  (key.split('.').at(-1) ?? '')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();

/** Text of the product's own: what is fit for people of it, without translation keys. */
const plain = (text: string): string => sanitizeText(text).replace(/\bbackend\.[\w.]+/g, spellOut);

function toSentence(text: string): string {
  const cut = cutText(text, maxLength);
  return `${cut.charAt(0).toUpperCase()}${cut.slice(1)}.`;
}
