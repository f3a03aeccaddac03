/**
 * Redacts known secrets from text: the secrets of the configuration, and the sessions
 * that products gave us for them. A product, or a proxy before it, may well repeat in an error or a log what it was sent.
 */

interface Form {
  readonly text: string;
  /** Matches it only where it stands alone; null: it is hidden wherever it stands. */
  readonly alone: RegExp | null;
}

/** Shorter ones would be found in every other sentence, and are no secret that could be kept. */
const minLength = 4;
/** From here on a text is hidden also within a word. */
const safeLength = 8;
/** Sessions end, and each login gives another. */
const maxSessions = 200;

const configured = new Set<string>();
const sessions = new Set<string>();
let forms: readonly Form[] | null = null;

/** For as long as this process runs. */
export function keepSecret(text: string): void {
  if (text.length < minLength || configured.has(text)) return;
  configured.add(text);
  forms = null;
}

/** The newest of them; which products are asked, and how often they log in, has no bound. */
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

/** The same text, with `[secret]` for each that is known: plain, and as it looks in JSON, a URL, a page, or base64. */
export function redactSecrets(text: string): string {
  let shown = text;
  for (const { text: form, alone } of allForms()) {
    if (shown.includes(form)) shown = alone ? shown.replace(alone, '[secret]') : shown.replaceAll(form, '[secret]');
  }
  return shown;
}

/** False: there is nothing in it to be hidden. */
export const holdsSecret = (text: string): boolean => allForms().some((form) => text.includes(form.text));

/** The length of the longest text that is hidden. */
export const longestForm = (): number => allForms().reduce((longest, { text }) => Math.max(longest, text.length), 0);

/** As it passes, byte for byte but for what is hidden; also where a secret comes in two parts. */
export async function* redactSecretsIn(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  let held = '';
  for await (const chunk of chunks) {
    // Each byte is a character here, so that a chunk may end anywhere.
    const bytes = held + Buffer.from(chunk as Uint8Array).toString('latin1');
    const shown = redactSecrets(bytes);
    const end = Math.max(0, shown.length - Math.max(0, longestForm() - 1));
    held = shown.slice(end);
    if (end > 0) yield Buffer.from(shown.slice(0, end), 'latin1');
  }
  if (held !== '') yield Buffer.from(held, 'latin1');
}

/** Longest first: of a secret within another, nothing is to stay. */
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
    // Where bytes are read as characters.
    Buffer.from(secret).toString('latin1'),
  ]);
  const plain = [...texts].map((text) => ({ text, alone: text.length < safeLength ? standingAlone(text) : null }));
  return [...plain, ...base64Forms(secret).map((text) => ({ text, alone: null }))];
}

const standingAlone = (text: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${escapePattern(text)}(?![\\p{L}\\p{N}_])`, 'gu');

/** Only what has a meaning: in a Unicode pattern any other escape is a syntax error. */
const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Within a longer text, such as `name:password`, a secret may begin at any of three places of a group. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < safeLength) return [];
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = all.toString('base64').replace(/=+$/, '');
    // Characters that are made of its neighbours' bits as well differ.
    const own = text.slice([0, 2, 3][before], all.length % 3 === 0 ? undefined : -1);
    return [...new Set([own, own.replaceAll('+', '-').replaceAll('/', '_')])];
  });
}
