/**
 * Redacts known secrets from text: those of the configuration, and session tokens of products. A product, or a proxy in
 * front of it, may repeat them in an error or a log.
 */

interface Form {
  readonly text: string;
  /** Matches the text only as a whole word; null: it is redacted everywhere. */
  readonly alone: RegExp | null;
}

/** Shorter secrets are not redacted: they occur in ordinary text. */
const minLength = 4;
/** Secrets from this length on are also redacted within a word. */
const safeLength = 8;
/** Maximum of configured secrets, current and former ones; far more than one configuration has. */
const maxConfigured = 2_000;
/** Maximum of session secrets; the newest are kept. */
const maxSessions = 200;

const configured = new Set<string>();
const sessions = new Set<string>();
let forms: readonly Form[] | null = null;

/** Registers a secret. A reload of the configuration registers all of its secrets again, so that only former ones are dropped. */
export function keepSecret(text: string): void {
  if (text.length < minLength) return;
  if (!configured.delete(text)) forms = null;
  configured.add(text);
  const [oldest] = configured;
  if (configured.size > maxConfigured && oldest !== undefined) configured.delete(oldest);
}

/** Registers the session secrets in these headers. Only the newest `maxSessions` are kept. */
export function keepSessionSecrets(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/authorization|cookie|token|key/i.test(name)) continue;
    for (const word of value.split(/[\s;,]+/)) {
      const text = word.replace(/^[\w.-]{1,60}=(?=.)/, '');
      if (text.length < safeLength) continue;
      if (!sessions.delete(text)) forms = null;
      sessions.add(text);
    }
  }
  for (const oldest of sessions) {
    if (sessions.size <= maxSessions) break;
    sessions.delete(oldest);
    forms = null;
  }
}

/** Replaces each known secret by `[secret]`: in plain text and as encoded in JSON, a URL, HTML or base64. */
export function redactSecrets(text: string): string {
  let shown = text;
  for (const { text: form, alone } of allForms()) {
    if (shown.includes(form)) shown = alone ? shown.replace(alone, '[secret]') : shown.replaceAll(form, '[secret]');
  }
  return shown;
}

/** Whether the text contains a known secret. */
export const holdsSecret = (text: string): boolean => allForms().some((form) => text.includes(form.text));

/** Length of the longest encoded form of a known secret. */
export const longestForm = (): number => allForms().reduce((longest, { text }) => Math.max(longest, text.length), 0);

/** Redacts a stream of bytes. Finds secrets that are split over chunks; other bytes stay unchanged. */
export async function* redactSecretsIn(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  let held = '';
  for await (const chunk of chunks) {
    // In latin1 each byte is one character, so that a chunk may end anywhere.
    const bytes = held + Buffer.from(chunk as Uint8Array).toString('latin1');
    const shown = redactSecrets(bytes);
    const end = Math.max(0, shown.length - Math.max(0, longestForm() - 1));
    held = shown.slice(end);
    if (end > 0) yield Buffer.from(shown.slice(0, end), 'latin1');
  }
  if (held !== '') yield Buffer.from(held, 'latin1');
}

/** Longest first, so that a secret within another one leaves no rest. */
function allForms(): readonly Form[] {
  forms ??= [...configured, ...sessions].flatMap(formsOf).sort((a, b) => b.text.length - a.text.length);
  return forms;
}

function formsOf(secret: string): Form[] {
  const url = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd'));
  const texts = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    // As seen when bytes are read as latin1.
    Buffer.from(secret).toString('latin1'),
  ]);
  const plain = [...texts].map((text) => ({ text, alone: text.length < safeLength ? standingAlone(text) : null }));
  return [...plain, ...base64Forms(secret).map((text) => ({ text, alone: null }))];
}

const standingAlone = (text: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${escapePattern(text)}(?![\\p{L}\\p{N}_])`, 'gu');

/** Escapes only syntax characters: in a Unicode pattern any other escape is a syntax error. */
const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** In the base64 of a longer text, such as `name:password`, a secret may begin at any of three offsets. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < safeLength) return [];
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = all.toString('base64').replace(/=+$/, '');
    // Leaves out characters that also encode bits of the neighbouring text.
    const own = text.slice([0, 2, 3][before], all.length % 3 === 0 ? undefined : -1);
    return [...new Set([own, own.replaceAll('+', '-').replaceAll('/', '_')])];
  });
}
