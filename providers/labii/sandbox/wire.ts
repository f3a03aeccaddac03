/** Formats of the server: times of Python, sizes of Django, refusals in each known or likely form; and readers. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';

/**
 * How a refusal of a backup call looks. `usual`: an object with `detail` for 401 and 403, a list of strings for 406.
 * The others give all three statuses one form: that object, that list, a JSON string, or the bare sentence as plain text.
 */
export type ErrorStyle = 'usual' | 'detail' | 'list' | 'string' | 'text';

/** Python's way of writing a time in UTC, with microseconds and `Z`. */
export function wireTime(ms: number): string {
  const micros = Math.round(ms * 1000);
  const whole = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}

/** `yyyymmddHHMMSS`, as in the names of v1. */
export const nameStamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/\D/g, '');

const units = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** Django's size for people: steps of 1024, one decimal, a no-break space, and the marks of the reader's language. */
export function toSizeText(bytes: number, decimalMark: '.' | ',' = '.'): string {
  if (bytes < 1024) return `${bytes}\u00a0${bytes === 1 ? 'byte' : 'bytes'}`;
  const step = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  const [whole = '', tenth = ''] = (bytes / 1024 ** step).toFixed(1).split('.');
  const grouped = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, decimalMark === '.' ? ',' : '.');
  return `${grouped}${decimalMark}${tenth}\u00a0${units[step - 1] ?? ''}`;
}

/** Thrown by handlers; the route table formats it in the current style. */
export class Refusal extends Error {
  readonly toReply: (style: ErrorStyle) => SandboxReply;

  constructor(toReply: (style: ErrorStyle) => SandboxReply) {
    super('refused');
    this.toReply = toReply;
  }
}

export const refusal = (status: 401 | 403 | 406, sentence: string): Refusal =>
  new Refusal((style) => toReply(status, sentence, style));

function toReply(status: number, message: string, style: ErrorStyle): SandboxReply {
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Token' } : {};
  const form = style === 'usual' ? (status === 406 ? 'list' : 'detail') : style;
  if (form === 'detail') return { status, body: { detail: message }, headers };
  if (form === 'list') return { status, body: [message], headers };
  if (form === 'text') return { status, body: message, headers };
  return { status, body: JSON.stringify(message), headers: { ...headers, 'content-type': 'application/json' } };
}

/** Refusals of Django REST framework itself, which keep their form in every style. */
export const refuse = (status: number, detail: string, headers: Record<string, string> = {}): SandboxReply => ({
  status,
  body: { detail },
  headers,
});

const htmlPage = (status: number, title: string): SandboxReply => ({
  status,
  body: `<!doctype html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

/** Django answers its own failures and unknown paths with a page, not with JSON. */
export const serverError = (): SandboxReply => htmlPage(500, 'Server Error (500)');
export const unknownPath = (): SandboxReply => htmlPage(404, 'Not Found');

type Fields = Readonly<Record<string, unknown>>;

/** A form or a JSON object; otherwise it throws the 400 that Django REST framework gives. */
export function readFields(call: SandboxCall): Fields {
  if ((call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(call.body));
  const value = parse(call.body || '{}');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid({ non_field_errors: ['Invalid data. Expected a dictionary.'] });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalid({ detail: 'JSON parse error' });
  }
}

const invalid = (body: Fields): Refusal => new Refusal(() => ({ status: 400, body }));

/** A text field, or what it was before when it is absent. */
export function readText(fields: Fields, name: string, before: string): string {
  const value = fields[name] ?? before;
  if (typeof value === 'string') return value;
  throw invalid({ [name]: ['Not a valid string.'] });
}

export const fillIn = (path: string, params: SandboxCall['params']): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

export const searchOf = (query: URLSearchParams): string => (query.size > 0 ? `?${query}` : '');
