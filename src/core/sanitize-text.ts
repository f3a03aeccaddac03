/** Makes text of a product safe to show: without markup, secrets, stack traces and control characters. */
import { holdsSecret, longestForm, redactSecrets } from './secret-redaction.ts';
import { cutText } from './text.ts';

/** Maximum length of an error message. */
export const maxErrorLength = 500;
/** Maximum of characters read from a text, before anything is removed from it. */
const maxRead = 20_000;

/**
 * Returns one line of at most `maxLength` characters, without markup, addresses, secrets, control characters and
 * invisible characters. Placeholders mark what was removed: `[address]`, `[secret]`. Idempotent.
 */
export function sanitizeText(text: string, maxLength: number = maxErrorLength): string {
  let shown = text.length <= maxRead ? redactSecrets(text) : startOf(text);
  // One pass may uncover more for the next: a tag within a tag, or an entity of an entity.
  for (let pass = 0; pass < maxPasses; pass++) {
    // Deeper nesting of entities is left as it is.
    const next = clean(pass < maxPasses / 2 ? shown : shown.replaceAll('&', ' '));
    if (next === shown) break;
    shown = next;
  }
  return shown.length <= maxLength ? shown : cutText(shown, maxLength - 1);
}

/**
 * Maximum length of the texts of a backup. Longer than that of an error, since the message of a failed backup often
 * contains several reasons.
 */
const maxBackupTextLength = 2_000;

/** The same for the texts of a backup. */
export const sanitizeBackupText = (text: string): string => sanitizeText(text, maxBackupTextLength);

const maxPasses = 8;

/** Drops the end of the cut text, since the cut may be in the middle of a secret. */
const startOf = (text: string): string => redactSecrets(text.slice(0, maxRead)).slice(0, -Math.max(1, longestForm()));

function clean(text: string): string {
  const visible = decodeEntities(text.replace(ansi, ' '))
    .replace(/\p{Cf}|\p{Co}/gu, '')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');
  const joined = withoutMarkup(visible, '');
  // A tag separates words, unless it is used to split a secret.
  return redactSecrets(holdsSecret(joined) ? joined : withoutMarkup(visible, ' '))
    .replace(address, '[address]')
    .replace(dotted, hideJwt)
    .replace(keyed, '$1[secret]')
    .replace(scheme, '$1 [secret]')
    .replace(login, '[secret]')
    .replace(/\s+/g, ' ')
    .trim();
}

const withoutMarkup = (text: string, instead: string): string =>
  text
    .replace(/<(script|style)\b[^<>]*>.*?(?:<\/\1[^<>]*>|$)/gi, instead)
    .replace(/<!--.*?(?:-->|$)/g, instead)
    .replace(/<[a-z/!?][^<>]*>?/gi, instead)
    .replace(/[<>]/g, ' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with one.
const ansi = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** A URL, also without a scheme or as escaped in JSON. The whole URL is removed, including a password in it. */
const address =
  /[\w+.-]{0,30}:(?:\\?\/){2}\S*|(?<![^\s"'(])\/\/[\w.[@-]\S*|\b(?:javascript|vbscript|file|data):(?=[^\s:])\S*/gi;

/** Whole words that may contain a JWT. A pattern that could start within a word would be tried at each character. */
const dotted = /(?<![\w.-])[\w.-]+/g;

/** Removes JWTs: `eyJ`, the rest of the header, and up to four more parts, separated by full stops. */
function hideJwt(text: string): string {
  if (!text.includes('eyJ')) return text;
  const parts = text.split('.');
  const shown: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? '';
    const start = part.indexOf('eyJ');
    const isHeader = start >= 0 && part.length - start >= 7 && index < parts.length - 1;
    shown.push(isHeader ? `${part.slice(0, start)}[secret]` : part);
    if (isHeader) index += 4;
  }
  return shown.join('.');
}

const names =
  'authorization|cookie|pass(?:word|wd|phrase|code)|pwd|(?<!\\[)secret|token|api[\\s_-]?key|access[\\s_-]?key|private[\\s_-]?key|session[\\s_-]?id|jsessionid';
const values =
  '\\[secret\\](?=[}\\])]|$)|\\\\?"[^"]*(?:"|$)|\\\\?\'[^\']*(?:\'|$)|(?:bearer|basic|token|digest|negotiate)\\s+[^\\s,;]+|[^\\s,;&"\'()]+(?:;\\s*[\\w.-]{1,60}=[^\\s,;"\']+)*';
/** A key that is itself a known secret, such as `password`, is already `[secret]`: its value is removed as well. */
const hiddenName = '\\[secret\\]';
/** `password=x`, `"apiKey": "x"`, `X-Auth-Token: x`, `Cookie: a=b; c=d`. */
const keyed = new RegExp(
  `((?:(?:${names})[\\w-]{0,20}|${hiddenName})[\\\\"'\\])]{0,4}\\s{0,4}(?:=>?|:)\\s{0,4})(?:${values})`,
  'gi',
);

/** A scheme and a token. The excluded words follow the scheme in ordinary sentences. */
const scheme =
  /\b(bearer|basic)\s+(?!(?:auth\w*|tokens?|credentials?|scheme|header|access|\[secret\])(?![\w~+/=-]))[\w.~+/=:-]{4,}/gi;

/** `name:password@host`. */
const login = /[^\s/:@]{1,100}:[^\s/@]{1,200}@[\w[][\w.:\]-]*/g;

const namedEntities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,8})|#x([\da-f]{1,6})|(\w{1,30}));/gi, (_, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[String(name).toLowerCase()] ?? ' ';
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}
