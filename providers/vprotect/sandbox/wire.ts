/** Formats of the server: enums, and errors in three forms; and readers of queries and bodies. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';

/** `nested`: `{"error":{"message"}}`; `flat`: `{"message"}`; `html`: a page of the server around the product. */
export type ErrorStyle = 'nested' | 'flat' | 'html';
/** `object`: `{"name","description"}`, as documented; `string`: the bare name, as some of the vendor's samples have it. */
export type EnumStyle = 'object' | 'string';
/** Returns an enum value as the reply spells it. */
export type Wording = (name: string) => unknown;

export interface Reference {
  readonly guid: string;
  readonly name: string;
}

/** Thrown by readers and handlers; the route table formats it in the current style. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function toErrorReply(status: number, message: string, style: ErrorStyle): SandboxReply {
  if (style === 'nested') return { status, body: { error: { message } } };
  if (style === 'flat') return { status, body: { message } };
  const reason = reasons[status] ?? 'Error';
  const body = `<html><head><title>${reason}</title></head><body><h1>HTTP Status ${status} - ${reason}</h1></body></html>`;
  return { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

const descriptions: Readonly<Record<string, string>> = {
  INPROGRESS: 'In progress',
  SUCCESS_REMOVED: 'Success (removed)',
  VM: 'Virtual machine',
  APP: 'Application',
};

export const wordingOf =
  (style: EnumStyle): Wording =>
  (name) =>
    style === 'string' ? name : { name, description: descriptions[name] ?? toDescription(name) };

const toDescription = (name: string): string => (name.charAt(0) + name.slice(1).toLowerCase()).replaceAll('_', ' ');

/** The requested page; null for the whole list. */
export interface PageRequest {
  readonly page: number;
  readonly size: number;
}

/** Without a size the whole list is returned, for any page number. */
export function readPage(query: URLSearchParams): PageRequest | null {
  const page = readLong(query, 'page') ?? 0;
  const size = readLong(query, 'size');
  if (page < 0) throw new Refusal(400, 'page must not be negative');
  if (size !== null && size < 1) throw new Refusal(400, 'size must be positive');
  return size === null ? null : { page, size };
}

export function readLong(query: URLSearchParams, name: string): number | null {
  const given = query.get(name);
  if (given === null) return null;
  if (!/^-?\d{1,15}$/.test(given)) throw new Refusal(400, `${name} is not a number: ${given}`);
  return Number(given);
}

/** As Java reads it: everything but "true" is false. */
export const readFlag = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

/** Every value under a key; each must be one of the known words. */
export function readWords(query: URLSearchParams, name: string, known: readonly string[]): readonly string[] {
  const given = query.getAll(name);
  const strange = given.find((word) => !known.includes(word));
  if (strange !== undefined) throw new Refusal(400, `${name} has no value ${strange}`);
  return given;
}

export function readDirection(query: URLSearchParams): 'asc' | 'desc' {
  const given = query.get('direction') ?? 'asc';
  if (given === 'asc' || given === 'desc') return given;
  throw new Refusal(400, `direction is asc or desc, not ${given}`);
}

export function readJson({ body, headers }: SandboxCall): unknown {
  if (!(headers['content-type'] ?? '').startsWith('application/json')) {
    throw new Refusal(415, 'Only application/json is read here');
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Refusal(400, 'The request body is not JSON');
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readObject(call: SandboxCall): JsonObject {
  const value = readJson(call);
  if (isObject(value)) return value;
  throw new Refusal(400, 'The request body is not an object');
}

export function readArray(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Refusal(400, `${name} is not a list`);
}

/** An enum: an object of which only the name counts, or its bare name. */
export function readWord(value: unknown, name: string, known: readonly string[]): string {
  const word = isObject(value) ? value['name'] : value;
  if (typeof word === 'string' && known.includes(word)) return word;
  throw new Refusal(400, `${name} has no value ${JSON.stringify(word)}`);
}

/** A reference: an object of which only the guid counts, or the bare guid, which the vendor's own client sends. */
export function readGuid(value: unknown, name: string): string {
  const guid = isObject(value) ? value['guid'] : value;
  if (typeof guid === 'string') return guid;
  throw new Refusal(400, `${name} has no guid`);
}

export function readInteger(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  if (Number.isSafeInteger(value)) return value as number;
  throw new Refusal(400, `${name} is not a whole number`);
}

export const ok = (body: unknown): SandboxReply => ({ status: 200, body });
