/** Requests to one vProtect sandbox over HTTP, each reply held against the description of the product. */
import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import type { VProtectSandbox, VProtectSandboxOptions } from '../../providers/vprotect/sandbox/contract.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { createAjv } from './contract.ts';

export type Json = Readonly<Record<string, unknown>>;
export interface Reply<T = Json> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: T;
}
export interface Ask {
  /** Null: without a session. Unless given, a session that is opened with the first call. */
  readonly cookie?: string | null;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The switch that makes this reply differ from the description. */
  readonly undescribed?: string;
}
interface Described {
  readonly $ref?: string;
  readonly content?: Json;
}
interface Operation {
  readonly responses: Readonly<Record<string, Described>>;
}
export interface Named {
  readonly name: string;
  readonly description: string;
}
export interface Reference {
  readonly guid: string;
  readonly name: string;
}
export interface Row {
  readonly guid: string;
  readonly snapshotTime?: number;
  readonly backupTime?: number;
  readonly status: Named;
  readonly type: Named;
  readonly statusInfo: string | null;
  readonly size: number;
  readonly warnings: readonly string[];
  readonly warningsPresent: boolean;
  readonly warningsAcknowledged: boolean;
  readonly description: string | null;
  readonly protectedEntity: Reference & { readonly type: Named };
}
export interface Task {
  readonly guid: string;
  readonly type: Named;
  readonly state: Named;
  readonly progress: number;
  readonly statusInfo: string | null;
  readonly startTime?: number;
  readonly finishTime?: number;
  readonly priority: number;
  readonly backupType: Named;
  readonly parentTask?: Reference;
  readonly workflowExecution: Reference;
  readonly backup?: Reference;
  readonly backupDestination: Reference;
}
export interface Batch {
  readonly successful: readonly Reference[];
  readonly unsuccessful: readonly Reference[];
  readonly tasks: readonly Task[];
}

const recording: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/vprotect/openapi.json', import.meta.url), 'utf8'),
);
export const contract = recording as { paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

export const now = Date.parse('2026-11-22T10:00:00.000Z');
export const first = vprotectGuid('machine', 1);
export const second = vprotectGuid('machine', 2);
export const goneMachine = vprotectGuid('machine', 7);
export const newMachine = vprotectGuid('machine', 8);
export const nowhere = 'ffffffff-0000-4000-8000-000000000000';

const ajv = createAjv(contract);
const validators = new Map<string, ValidateFunction>();
export const shown = new Set<string>();

/** The fewer parameters, the sooner: a fixed path is no guid. */
const templates = Object.keys(contract.paths)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{[\w-]+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length);

export const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({ method: method.toUpperCase(), path, responses })),
);

function checkAgainstContract(method: string, path: string, reply: Reply<unknown>): void {
  const key = method.toLowerCase();
  const template = templates.find(({ template: one, pattern }) => pattern.test(path) && contract.paths[one]?.[key]);
  if (!template) return;
  const responses = contract.paths[template.template]?.[key]?.responses ?? {};
  const code = String(reply.status) in responses ? String(reply.status) : 'default';
  const name = `${method} ${template.template} ${code}`;
  if (code === 'default' && reply.status < 400)
    throw new Error(`the description does not know ${name} ${reply.status}`);
  shown.add(name);
  const described = responses[code];
  if (!described?.$ref && !described?.content) {
    expect(reply.body, name).toBe('');
    return;
  }
  expect(reply.headers['content-type'], name).toContain('application/json');
  const validate = validators.get(name) ?? compile(template.template, key, code, described);
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}

function compile(template: string, method: string, code: string, { $ref }: Described): ValidateFunction {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  const response = $ref ?? `#/paths/${path}/${method}/responses/${code}`;
  return ajv.compile({ $ref: `contract${response}/content/application~1json/schema` });
}

const sessions = new WeakMap<VProtectSandbox, string>();

export const toCookie = ({ cookies }: Reply<unknown>): string =>
  cookies.map((cookie) => cookie.split(';')[0]).join('; ');

export async function login(sandbox: VProtectSandbox, given: { username?: string; password?: string } = {}) {
  const { username, password } = { ...sandbox.config, ...given };
  return ask(sandbox, 'POST /session/login', { cookie: null, json: { login: username, password } });
}

export async function sessionOf(sandbox: VProtectSandbox): Promise<string> {
  const cookie = sessions.get(sandbox) ?? toCookie(await login(sandbox));
  sessions.set(sandbox, cookie);
  return cookie;
}

/** Asks over HTTP, below `/api`, and holds every reply against the description. */
export async function ask<T = Json>(sandbox: VProtectSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const cookie = how.cookie === undefined ? await sessionOf(sandbox) : how.cookie;
  const response = await fetch(sandbox.config.url + path, {
    method,
    headers: {
      ...(cookie === null ? {} : { cookie }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...how.headers,
    },
    body: how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const text = await response.text();
  const body = (headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text) as T;
  const reply = { status: response.status, headers, cookies: response.headers.getSetCookie(), body };
  if (how.undescribed === undefined) checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

export const start = (options: VProtectSandboxOptions = {}): Promise<VProtectSandbox> =>
  startVProtectSandbox({ now, speed: 0, history: 0, demo: false, ...options });

export const list = async (sandbox: VProtectSandbox, query = ''): Promise<readonly Row[]> =>
  (await ask<Row[]>(sandbox, `GET /backups${query}`)).body;

export const guids = (rows: readonly { readonly guid: string }[]): string[] => rows.map(({ guid }) => guid);

export const statusOf = async (sandbox: VProtectSandbox, route: string, how: Ask = {}): Promise<number> =>
  (await ask(sandbox, route, how)).status;

export const pass = (sandbox: VProtectSandbox, seconds: number): void => sandbox.clock.advance(seconds * 1000);

export const request = (sandbox: VProtectSandbox, known: Json = {}): Json => ({
  backupType: { name: 'FULL' },
  protectedEntities: [{ guid: first }],
  backupDestination: { guid: sandbox.config.destination },
  ...known,
});

export async function startExport(sandbox: VProtectSandbox, known: Json = {}): Promise<Task> {
  const { body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json: request(sandbox, known) });
  const [task] = body.tasks;
  if (!task) throw new Error('no task was started');
  return task;
}

export const task = async (sandbox: VProtectSandbox, guid: string): Promise<Task> =>
  (await ask<Task>(sandbox, `GET /tasks/${guid}`)).body;

export const tasks = async (sandbox: VProtectSandbox, query = ''): Promise<readonly Task[]> =>
  (await ask<Task[]>(sandbox, `GET /tasks${query}`)).body;

export const fill = (path: string): string =>
  path.replace('{guid}', nowhere).replace('{type}', 'vm').replace('{task-type}', 'EXPORT');
