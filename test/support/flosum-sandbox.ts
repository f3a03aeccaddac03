/** Requests to one Flosum sandbox over HTTP, each reply held against the description of the product. */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import type { FlosumSandbox, FlosumSandboxOptions } from '../../providers/flosum/sandbox/contract.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { createAjv } from './contract.ts';

type Json = Readonly<Record<string, unknown>>;
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly jobId: number;
  readonly jobStatus: string;
  readonly startedDate: string;
  readonly duration: string;
  readonly size: number;
  readonly records: number;
  readonly operationType: string;
}
export interface Page<T = Row> {
  readonly total: number;
  readonly items: readonly T[];
}
interface Reply<T> {
  readonly status: number;
  readonly type: string;
  readonly body: T;
}
interface Ask {
  readonly authorization?: string | null;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Json }>>;
}

export const contract = JSON.parse(
  readFileSync(new URL('../fixtures/flosum/openapi.json', import.meta.url), 'utf8'),
) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Record<string, Json> };
};
/** As published, the items of a page have to be texts and objects at once, so the word "texts" is taken out. */
const satisfiable = structuredClone(contract);
satisfiable.components.schemas.PaginatedDto = {
  type: 'object',
  properties: { total: { type: 'number' }, items: { type: 'array' } },
  required: ['total', 'items'],
};

export const now = Date.parse('2026-11-22T10:00:00.000Z');
export const [acme, uat, retail] = [7, 12, 31];
export const orgs = '/api/v1/connections';
export const everything = 'types=full&types=full+%26+sync&types=template&types=archive';
export const anyStatus = 'statuses=In+Progress&statuses=Exception&statuses=Completed&statuses=Aborted';
export const all = `page=1&limit=2000&${everything}&${anyStatus}`;
export const newestFirst = `${all}&sortBy=startedDate&order=DESC`;

const ajv = createAjv(satisfiable);
const validators = new Map<string, ValidateFunction>();
export const shown = new Set<string>();

// `connectionId` is a fixed word in one path, so the paths with fewer parameters come first.
const templates = Object.keys(contract.paths)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => Number(b.template.includes('/connectionId/')) - Number(a.template.includes('/connectionId/')));

export const refOf = (template: string, method: string, status: number): object => {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return { $ref: `contract#/paths/${path}/${method}/responses/${status}/content/application~1json/schema` };
};

/** The framework answers these two by itself, and the description leaves them out. */
const undescribed: Record<number, object> = {
  401: { message: 'Unauthorized', statusCode: 401 },
  500: { message: 'Internal server error', statusCode: 500 },
};

function checkAgainstContract(method: string, path: string, reply: Reply<unknown>): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  if (undescribed[reply.status]) {
    expect(reply.body, name).toEqual(undescribed[reply.status]);
    return;
  }
  shown.add(name);
  const type = Object.keys(operation.responses[reply.status]?.content ?? {})[0];
  if (type === undefined) throw new Error(`the description does not know ${name}`);
  expect(reply.type, name).toContain(type);
  if (type !== 'application/json') return;
  const validate = validators.get(name) ?? ajv.compile(refOf(template, method.toLowerCase(), reply.status));
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
  if (reply.status >= 400) expect(reply.body, name).toMatchObject({ statusCode: reply.status });
}

/** Asks over HTTP and holds every reply against the description. */
export async function ask<T = Json>(sandbox: FlosumSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const authorization = how.authorization === undefined ? `Bearer ${sandbox.token}` : how.authorization;
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: how.json === undefined ? null : JSON.stringify(how.json),
  });
  const type = response.headers.get('content-type') ?? '';
  const body = (type.startsWith('application/json') ? await response.json() : await response.text()) as T;
  const reply = { status: response.status, type, body };
  checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

export const start = (options: FlosumSandboxOptions = {}): Promise<FlosumSandbox> =>
  startFlosumSandbox({ now, speed: 0, history: 0, demo: false, ...options });

export const list = async (sandbox: FlosumSandbox, query = newestFirst, connection = acme): Promise<Page> =>
  (await ask<Page>(sandbox, `GET ${orgs}/${connection}/backups?${query}`)).body;

export const byText = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** What a list answers to a query, with its 400 as sentences. */
export async function problemsOf(sandbox: FlosumSandbox, route: string): Promise<unknown> {
  const { status, body } = await ask(sandbox, `GET ${orgs}${route}`);
  expect(status).toBe(400);
  expect(body.error).toBe('Bad Request');
  return body.message;
}

export const settings = {
  isIncludeMetadata: true,
  isIncludeBinaryObjects: false,
  isIncludeBigObjects: false,
  isIncludeFeedObjects: false,
  isIncludeShareObjects: false,
  isIncludeHistoryObjects: true,
  isIncludeCustomMetadataTypeObjects: true,
  isIncludeTagObjects: false,
};
export const order = { name: 'by hand', description: '', mode: 'full', settings };

export const create = (sandbox: FlosumSandbox, given: Json = {}, connection: number | string = acme) =>
  ask(sandbox, `POST ${orgs}/${connection}/backups/backup`, { json: { ...order, ...given } });

export const log = (sandbox: FlosumSandbox, jobId: number | string, connection: number | string = acme) =>
  ask<string>(sandbox, `GET ${orgs}/${connection}/jobs/${jobId}/logs/details`);
