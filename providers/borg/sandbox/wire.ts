/** Formats of the server: JSON and times of Python, errors of FastAPI; and readers of requests. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { Refusal } from '../../_kit/sandbox/refusal.ts';

/** Python's way of writing a time: microseconds and `+00:00`, never `Z`. */
export function wireTime(ms: number): string {
  const micros = Math.round(ms * 1000);
  const whole = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(micros % 1_000_000).padStart(6, '0')}+00:00`;
}

/** Python's way of writing JSON: a space after each separator and nothing beyond ASCII. */
export function toPythonJson(value: Readonly<Record<string, string | number | boolean>>): string {
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${JSON.stringify(field)}`);
  return `{${fields.join(', ')}}`.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The one shape of every error: `{"detail": …}`. */
export const refuse = (status: number, detail: unknown, headers?: Record<string, string>): SandboxReply =>
  headers ? { status, body: { detail }, headers } : { status, body: { detail } };

/** An error that the product's own pages translate. `key` goes without its `backend.errors.` prefix. */
export const refuseWith = (status: number, key: string, params?: Readonly<Record<string, unknown>>): SandboxReply =>
  refuse(status, params ? { key: `backend.errors.${key}`, params } : { key: `backend.errors.${key}` });

export const unauthorized = (): SandboxReply =>
  refuse(401, 'Could not validate credentials', { 'www-authenticate': 'Bearer' });

/** One entry of a 422 reply. */
interface FieldProblem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

export const invalid = (...problems: readonly FieldProblem[]): SandboxReply => refuse(422, problems);

export const missing = (...loc: readonly string[]): FieldProblem => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input: null,
});

export function readInteger(text: string, ...loc: readonly string[]): number {
  if (/^[+-]?\d+$/.test(text.trim())) return Number(text);
  const msg = 'Input should be a valid integer, unable to parse string as an integer';
  throw new Refusal(invalid({ type: 'int_parsing', loc, msg, input: text }));
}

export function readQueryInteger(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name);
  return given === null ? otherwise : readInteger(given, 'query', name);
}

export function readQueryBoolean(query: URLSearchParams, name: string): boolean {
  const given = query.get(name)?.toLowerCase() ?? 'false';
  if (['true', '1', 'yes', 'on', 't', 'y'].includes(given)) return true;
  if (['false', '0', 'no', 'off', 'f', 'n'].includes(given)) return false;
  const msg = 'Input should be a valid boolean, unable to interpret input';
  throw new Refusal(invalid({ type: 'bool_parsing', loc: ['query', name], msg, input: query.get(name) }));
}

/** A JSON object, or the 422 that FastAPI gives instead. */
export function readObject(body: string): Readonly<Record<string, unknown>> {
  const value = parse(body);
  if (value === null || value === undefined) throw new Refusal(invalid(missing('body')));
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  const msg = 'Input should be a valid dictionary or object to extract fields from';
  throw new Refusal(invalid({ type: 'model_attributes_type', loc: ['body'], msg, input: value }));
}

function parse(body: string): unknown {
  if (body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(invalid({ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }));
  }
}

/** A text field. Null and numbers are refused; undefined if it is absent. */
export function readText(from: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = from[name];
  if (value === undefined || typeof value === 'string') return value;
  const msg = 'Input should be a valid string';
  throw new Refusal(invalid({ type: 'string_type', loc: ['body', name], msg, input: value }));
}

export const ok = (body: unknown): SandboxReply => ({ status: 200, body });

export const jobId = (call: SandboxCall): number => readInteger(call.params.id ?? '', 'path', 'job_id');
