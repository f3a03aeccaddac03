/** Requests to one Labii sandbox over HTTP, each reply held against the description of the product. */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import type { LabiiSandbox, LabiiSandboxOptions } from '../../providers/labii/sandbox/contract.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { createAjv } from './contract.ts';

export type Json = Readonly<Record<string, unknown>>;
export interface Row {
  readonly sid: string;
  readonly name: string;
  readonly description: string;
  readonly database_size: string;
  readonly file_size: string;
  readonly date_created: string;
  readonly status: string;
}
export interface Page {
  readonly page_size: number;
  readonly page_number: number;
  readonly page_count: number;
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Row[];
}
export interface Reply<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}
export interface Ask {
  /** The API key unless given; null for none. */
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Json }>>;
}

export const contract = JSON.parse(
  readFileSync(new URL('../fixtures/labii/openapi.json', import.meta.url), 'utf8'),
) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

export const now = Date.parse('2026-11-22T10:00:00.000Z');
export const dayMs = 86_400_000;
const ajv = createAjv(contract);
const validators = new Map<string, ValidateFunction>();
export const shown = new Set<string>();

const templates = Object.keys(contract.paths).map((template) => ({
  template,
  pattern: new RegExp(`^(/v1)?${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));
const listTemplate = '/organizations/backup/list/{level}/{sid}/{serializer}/';
const detailTemplate = '/organizations/backup/detail/{sid}/';

/** What Django does although the description says nothing about it. */
const undescribed = new Set([
  `GET ${listTemplate} 404`,
  `PATCH ${detailTemplate} 400`,
  `PATCH ${detailTemplate} 405`,
  `DELETE ${detailTemplate} 405`,
  'POST /accounts/auth/ 400',
  'POST /accounts/mfa/code/ 406',
  'POST /accounts/mfa/verify/ 406',
]);

function checkAgainstContract(method: string, path: string, reply: Reply): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  const response = operation.responses[reply.status];
  if (!response) {
    if (!undescribed.has(name)) throw new Error(`the description does not know ${name}`);
    return;
  }
  shown.add(name);
  const types = Object.keys(response.content ?? {});
  if (types.length === 0) return;
  const type = reply.headers['content-type']?.split(';')[0] ?? '';
  expect(types, name).toContain(type);
  if (type !== 'application/json') return;
  const validate = validators.get(name) ?? compile(template, method, reply.status);
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}

function compile(template: string, method: string, status: number): ValidateFunction {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return ajv.compile({
    $ref: `contract#/paths/${path}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`,
  });
}

/** Asks over HTTP, below the configured address, and holds every reply against the description. */
export async function ask<T = Json>(sandbox: LabiiSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const url = new URL(sandbox.config.url + path);
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(how.headers === null ? {} : (how.headers ?? { authorization: `Bearer ${sandbox.apiKey}` })),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: how.form ? new URLSearchParams(how.form) : how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const isJson = headers['content-type']?.startsWith('application/json');
  const body = (isJson ? await response.json() : await response.text()) as T;
  const reply = { status: response.status, headers, body };
  checkAgainstContract(method, url.pathname, reply);
  return reply;
}

export const start = (options: LabiiSandboxOptions = {}): Promise<LabiiSandbox> =>
  startLabiiSandbox({ now, speed: 0, history: 0, demo: false, ...options });

export const organization = (sandbox: LabiiSandbox, index = 0): string =>
  sandbox.config.organizations[index]?.sid ?? '';
export const listPath = (sid: string, serializer = 'list', level = 'organization') =>
  `/organizations/backup/list/${level}/${sid}/${serializer}/`;
export const detailPath = (sid: string) => `/organizations/backup/detail/${sid}/`;

export const list = async (sandbox: LabiiSandbox, query = '', sid = organization(sandbox)): Promise<Page> =>
  (await ask<Page>(sandbox, `GET ${listPath(sid)}${query}`)).body;
export const detail = (sandbox: LabiiSandbox, sid: string, how: Ask = {}) =>
  ask<Row>(sandbox, `GET ${detailPath(sid)}`, how);
export const post = (sandbox: LabiiSandbox, serializer = 'detail', sid = organization(sandbox)) =>
  ask<Row>(sandbox, `POST ${listPath(sid, serializer)}`);

export const login = (sandbox: LabiiSandbox, given: { username?: string; password?: string } = {}) => {
  const { username, password } = { ...sandbox.config, ...given };
  return ask<{ token: string; secret: string; user: Json }>(sandbox, 'POST /accounts/auth/', {
    headers: null,
    json: { username, password },
  });
};

export const startOf = (name: string): number =>
  Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.gz$/, '$1-$2-$3T$4:$5:$6Z'));
