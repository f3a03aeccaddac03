/** Formats of the refusals, and readers of queries, paths and bodies. */
import type { SandboxReply } from '../../_kit/sandbox/http.ts';
import { Refusal } from '../../_kit/sandbox/refusal.ts';

/** On 400 the message is a list, elsewhere one sentence. */
export const badRequest = (message: readonly string[]): SandboxReply => ({
  status: 400,
  body: { message, error: 'Bad Request', statusCode: 400 },
});

export const notFound = (message: string): SandboxReply => ({
  status: 404,
  body: { message, error: 'Not Found', statusCode: 404 },
});

export const conflict = (message: string): SandboxReply => ({
  status: 409,
  body: { message, error: 'Conflict', statusCode: 409 },
});

/** The framework's own two have no `error`. */
export const unauthorized = (): SandboxReply => ({ status: 401, body: { message: 'Unauthorized', statusCode: 401 } });
export const broken = (): SandboxReply => ({
  status: 500,
  body: { message: 'Internal server error', statusCode: 500 },
});

const isoDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const numberMessage = (name: string): string => `${name} must be a number conforming to the specified constraints`;

/** A number in a path, read as JavaScript reads one: `0x10` is 16, and `1.5` is a number that nothing has. */
export function readPathNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new Refusal(badRequest([numberMessage(name)]));
}

/** Reads a query as the service does: it checks all fields and reports all invalid ones together. */
export class QueryReader {
  readonly #query: URLSearchParams;
  readonly #problems: string[] = [];

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** Throws a refusal if a field was invalid. */
  finish(): void {
    if (this.#problems.length > 0) throw new Refusal(badRequest(this.#problems));
  }

  integer(name: string, min: number, max: number | null): number {
    const value = Number(this.#text(name) ?? Number.NaN);
    this.#check(value >= min, `${name} must not be less than ${min}`);
    if (max !== null) this.#check(value <= max, `${name} must not be greater than ${max}`);
    this.#check(Number.isInteger(value), `${name} must be an integer number`);
    return value;
  }

  /** Text of at most 80 characters; empty when it is absent. */
  search(): string {
    const value = this.#text('search');
    if (value === null) return '';
    this.#check(value !== undefined, 'search must be a string');
    this.#check((value?.length ?? 0) <= 80, 'search must be shorter than or equal to 80 characters');
    return value ?? '';
  }

  /** A list: the key repeated, or with brackets. One plain value is a list of one unless `isStrict`. */
  list<Word extends string>(name: string, words: readonly Word[], isStrict: boolean): readonly Word[] {
    const bracketed = this.#query.getAll(`${name}[]`);
    const plain = this.#query.getAll(name);
    const values = [...plain, ...bracketed];
    const isList = bracketed.length > 0 || plain.length > (isStrict ? 1 : 0);
    const known = words.filter((word) => values.includes(word));
    const isKnown = isList && values.every((value) => words.some((word) => word === value));
    this.#check(isKnown, `each value in ${name} must be one of the following values: ${words.join(', ')}`);
    this.#check(isList, `${name} must be an array`);
    return known;
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const value = this.#text(name);
    if (value === null) return null;
    const word = words.find((one) => one === value);
    this.#check(word !== undefined, `${name} must be one of the following values: ${words.join(', ')}`);
    return word ?? null;
  }

  boolean(name: string): boolean | null {
    const value = this.#text(name);
    if (value === null) return null;
    this.#check(value === 'true' || value === 'false', `${name} must be a boolean value`);
    return value === 'true';
  }

  /** Milliseconds. A day alone is its first moment, and a time without a zone is UTC. */
  date(name: string): number | null {
    const value = this.#text(name);
    if (value === null) return null;
    const [, zone] = isoDate.exec(value ?? '') ?? [];
    const hasTime = value?.includes('T') ?? false;
    const ms = isoDate.test(value ?? '') ? Date.parse(`${value}${hasTime && !zone ? 'Z' : ''}`) : Number.NaN;
    this.#check(!Number.isNaN(ms), `${name} must be a valid ISO 8601 date string`);
    return ms;
  }

  /** The one value; null when there is none, undefined when there are several, which is never right. */
  #text(name: string): string | null | undefined {
    const values = this.#query.getAll(name);
    if (values.length > 1) return undefined;
    return values[0] ?? null;
  }

  #check(isRight: boolean, problem: string): void {
    if (!isRight) this.#problems.push(problem);
  }
}

const settingNames = [
  'isIncludeMetadata',
  'isIncludeBinaryObjects',
  'isIncludeBigObjects',
  'isIncludeFeedObjects',
  'isIncludeShareObjects',
  'isIncludeHistoryObjects',
  'isIncludeCustomMetadataTypeObjects',
  'isIncludeTagObjects',
] as const;

export interface CreateBody {
  readonly name: string;
  readonly description: string;
  readonly mode: 'full' | 'template';
  readonly settings: Readonly<Record<(typeof settingNames)[number], boolean>> & { readonly templateId?: number };
}

/** Null for invalid JSON. A body with another content type counts as empty. */
export function parseBody(body: string, contentType: string): unknown {
  if (!contentType.startsWith('application/json')) return {};
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

export function readCreateBody(given: unknown, needsDescription: boolean): CreateBody {
  const body = toObject(given) ?? {};
  const settings = toObject(body.settings);
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string) => {
    if (!isRight) problems.push(problem);
  };
  for (const name of ['name', 'description']) check(typeof body[name] === 'string', `${name} must be a string`);
  if (needsDescription) check(body.description !== '', 'description should not be empty');
  check(settings !== null, 'settings must be an object');
  if (settings) for (const problem of settingProblems(settings, body.mode)) problems.push(problem);
  const isMode = body.mode === 'full' || body.mode === 'template';
  check(isMode, 'mode must be one of the following values: full, template');
  if (problems.length > 0) throw new Refusal(badRequest(problems));
  return body as unknown as CreateBody;
}

function settingProblems(settings: Readonly<Record<string, unknown>>, mode: unknown): string[] {
  const problems = settingNames
    .filter((name) => typeof settings[name] !== 'boolean')
    .map((name) => `settings.${name} must be a boolean value`);
  const { templateId } = settings;
  if (templateId === undefined) return problems;
  if (typeof templateId !== 'number') problems.push(numberMessage('settings.templateId'));
  if (mode === 'full') problems.push('settings.templateId should only be provided for template backups');
  return problems;
}

const toObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;

export const ok = (body: unknown): SandboxReply => ({ status: 200, body });

export const connectionsPath = '/api/v1/connections';
