/** Requests to one Borg sandbox over HTTP, each reply held against the description of the product. */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import type { BorgSandbox, BorgSandboxOptions } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { createAjv } from './contract.ts';

export type Json = Readonly<Record<string, unknown>>;
export interface Recorded {
  readonly label: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}
export interface Lines {
  readonly lines: readonly { line_number: number; content: string }[];
  readonly total_lines: number;
  readonly has_more: boolean;
}
export interface Row {
  readonly id: number;
  readonly repository: string;
  readonly status: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly progress: number;
  readonly error_message: string | null;
  readonly maintenance_status: string | null;
  readonly progress_details: Readonly<Record<string, number>>;
}
export interface Reply<T = unknown> extends Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}
export interface Ask {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Json }>>;
}

export const recording = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/borg/${name}.json`, import.meta.url), 'utf8'));
export const contract = recording('openapi') as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

export const now = Date.parse('2026-11-22T10:00:00.000Z');
export const accounting = '/backups/accounting';
export const research = '/backups/research';
export const laptops = '/backups/warehouse-laptops';
export const mirror = '/backups/partner-mirror';

const ajv = createAjv(contract);
const validators = new Map<string, ValidateFunction>();
export const shown = new Set<string>();

const templates = Object.keys(contract.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What the program does although the description says nothing about it. */
const undescribed = new Set([
  'POST /api/backup/jobs/{job_id}/retry 422',
  'POST /api/auth/login/totp 422',
  'POST /api/backup/run 400',
]);

function checkAgainstContract(method: string, path: string, reply: Reply): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  shown.add(name);
  const response = operation.responses[reply.status];
  if (!response) {
    if (!undescribed.has(name)) throw new Error(`the description does not know ${name}`);
    return;
  }
  const type = Object.keys(response.content ?? {})[0] ?? '';
  expect(reply.headers['content-type'], name).toContain(type);
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

/** Asks over HTTP and holds every reply against the description. */
export async function ask<T = Json>(sandbox: BorgSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const token = how.token === undefined ? sandbox.personalToken : how.token;
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...how.headers,
    },
    body: how.form ? new URLSearchParams(how.form) : how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const isJson = headers['content-type']?.startsWith('application/json');
  const body = (isJson ? await response.json() : await response.text()) as T;
  const reply = { label: route, status: response.status, headers, body };
  checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

export const start = (options: BorgSandboxOptions = {}): Promise<BorgSandbox> =>
  startBorgSandbox({ now, speed: 0, history: 0, demo: false, ...options });

export async function startBackup(sandbox: BorgSandbox, repository = accounting, token?: string): Promise<number> {
  const how = token === undefined ? {} : { token };
  const { body } = await ask<{ job_id: number }>(sandbox, 'POST /api/backup/start', {
    json: { repository },
    ...how,
  });
  return body.job_id;
}

export const status = async (sandbox: BorgSandbox, id: number): Promise<Row> =>
  (await ask<Row>(sandbox, `GET /api/backup/status/${id}`)).body;

export const list = async (sandbox: BorgSandbox, query = ''): Promise<readonly Row[]> =>
  (await ask<{ jobs: Row[] }>(sandbox, `GET /api/backup/jobs${query}`)).body.jobs;

export const activity = async (sandbox: BorgSandbox, id: number, query = ''): Promise<Lines> =>
  (await ask<Lines>(sandbox, `GET /api/activity/backup/${id}/logs${query}`)).body;

export const stored = async (sandbox: BorgSandbox, id: number, query = ''): Promise<Lines> =>
  (await ask<Lines>(sandbox, `GET /api/backup/logs/${id}/stream${query}`)).body;

export const contents = ({ lines }: Lines): string[] => lines.map(({ content }) => content);
export const events = (lines: Lines): Json[] =>
  contents(lines)
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Json);

export async function login(sandbox: BorgSandbox, given: { username?: string; password?: string } = {}) {
  const { username, password } = { ...sandbox.config, ...given };
  return ask<{ access_token: string }>(sandbox, 'POST /api/auth/login', {
    token: null,
    form: { username, password },
  });
}
