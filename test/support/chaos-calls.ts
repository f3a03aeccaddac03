/** The calls of a client that are made to fail, through a whole gateway, and what each of them is told. */
import type { Capability } from '../../src/core/provider.ts';
import type { ChaosWorld } from './chaos-fixture.ts';

export type CallName = 'list' | 'get' | 'log' | 'start' | 'reads before a start' | 'cancel' | 'edit' | 'login';

export interface ChaosCall {
  readonly name: CallName;
  /** A product without it is not asked. */
  readonly needs: Capability | 'LOGIN' | null;
  /** Which of its requests fail. */
  readonly hits: 'reads' | 'logs' | 'commands' | 'logins';
  readonly make: (fixture: ChaosWorld) => Promise<Reply>;
}

/** What the gateway says: a code, ANSWER, or the status of an operation, which can be asked again. */
export interface Reply {
  readonly told: string;
  readonly operation: string | null;
}

type Fields = Record<string, unknown>;

interface Payload {
  readonly operation?: { readonly id: string; readonly status: string } | null;
  readonly backup?: unknown;
  readonly userErrors: readonly { readonly code: string }[];
}

interface Page {
  readonly nodes: readonly { readonly provider: { readonly name: string } }[];
  readonly problems: readonly { readonly provider: { readonly name: string }; readonly code: string }[];
}

const says = (told: string): Reply => ({ told, operation: null });

/** Rows of all systems. That of the others are there whatever becomes of the one. */
async function list({ gateway, name, other }: ChaosWorld): Promise<Reply> {
  const { data, errors } = await gateway.askText(
    '{ backups(first: 60) { nodes { provider { name } } problems { provider { name } code } } }',
  );
  if (errors) return says(`the whole answer failed: ${JSON.stringify(errors)}`);
  const { nodes, problems } = (data as Fields)['backups'] as Page;
  const rowsOf = (provider: string) => nodes.filter((node) => node.provider.name === provider).length;
  if (rowsOf(other) === 0) return says(`${other} is missing`);
  const codes = [...new Set(problems.map(({ provider, code }) => (provider.name === name ? code : provider.name)))];
  if (codes.length > 0) return says(codes.join(' '));
  return says(rowsOf(name) > 0 ? 'ANSWER' : 'no rows and no problem');
}

async function read({ gateway }: ChaosWorld, id: string, fields: string): Promise<Reply> {
  const { data, errors } = await gateway.askText(`{ backup(id: "${id}") { id ${fields} } }`);
  const [error] = errors ?? [];
  if (error) return says(String(error.extensions['code']));
  return says(data?.['backup'] ? 'ANSWER' : 'null');
}

async function command({ gateway }: ChaosWorld, field: string, input: string, wanted: string): Promise<Reply> {
  const { data, errors } = await gateway.askText(
    `mutation { ${field}(input: { ${input} }) { ${wanted} userErrors { code } } }`,
  );
  const [error] = errors ?? [];
  if (error) return says(`the whole answer failed: ${JSON.stringify(error)}`);
  const { operation = null, userErrors } = (data as Fields)[field] as Payload;
  const [refusal] = userErrors;
  return { told: refusal?.code ?? operation?.status ?? 'ANSWER', operation: operation?.id ?? null };
}

const operation = 'operation { id status }';
const start = (fixture: ChaosWorld) =>
  command(fixture, 'startBackup', `entityId: "${fixture.ids.entity}", idempotencyKey: "once"`, operation);

export const chaosCalls: readonly ChaosCall[] = [
  { name: 'list', needs: null, hits: 'reads', make: list },
  { name: 'get', needs: null, hits: 'reads', make: (fixture) => read(fixture, fixture.ids.finished, 'status') },
  {
    name: 'log',
    needs: 'READ_LOG',
    hits: 'logs',
    make: (fixture) => read(fixture, fixture.ids.logged, 'log(first: 20) { nodes { raw } }'),
  },
  { name: 'start', needs: 'START_BACKUP', hits: 'commands', make: start },
  { name: 'reads before a start', needs: 'START_BACKUP', hits: 'reads', make: start },
  {
    name: 'cancel',
    needs: 'CANCEL_BACKUP',
    hits: 'commands',
    make: (fixture) => command(fixture, 'cancelBackup', `id: "${fixture.ids.running}"`, operation),
  },
  {
    name: 'edit',
    needs: 'UPDATE_DESCRIPTION',
    hits: 'commands',
    make: (fixture) =>
      command(
        fixture,
        'updateBackupDescription',
        `id: "${fixture.ids.finished}", description: "seen"`,
        'backup { id }',
      ),
  },
  { name: 'login', needs: 'LOGIN', hits: 'logins', make: list },
];

/** What became of an operation, once nothing more is looked up: its status, and how many backups it may be. */
export async function outcomeOf({ gateway }: ChaosWorld, id: string): Promise<{ status: string; candidates: number }> {
  const { data } = await gateway.askText(`{ operation(id: "${id}") { status candidates { id } error { code } } }`);
  const found = data?.['operation'] as { status: string; candidates: unknown[]; error: { code: string } | null };
  const status = found.status === 'FAILED' ? (found.error?.code ?? 'FAILED') : found.status;
  return { status, candidates: found.candidates.length };
}
