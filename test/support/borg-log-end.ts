import { borg, createBorgProvider } from '../../providers/borg/index.ts';
import type { BorgSandbox, BorgSandboxOptions } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { RunScript } from '../../providers/borg/sandbox/run.ts';
import type { Product } from '../../providers/product.ts';
import { globalId, startGateway, type TestGateway } from './gateway.ts';
import { until } from './watched.ts';
import { accounting } from './watching.ts';

export const logText = `subscription ($id: ID!, $after: String) { backupLog(id: $id, after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on LogLinesAppended { lines { number raw } }
  ... on StreamGap { fromLine toLine reason }
  ... on BackupFinished { backup { status size { originalBytes } itemCount } }
} }`;

export const pageText = `query ($id: ID!, $first: Int, $after: String) { backup(id: $id) {
  status size { originalBytes } itemCount logUrl
  log(first: $first, after: $after) {
    isComplete gaps { reason } nodes { number raw } pageInfo { endCursor hasNextPage }
  }
} }`;

export interface Event {
  readonly __typename: string;
  readonly cursor: string;
  readonly lines?: readonly { number: number | null; raw: string }[];
  readonly backup?: { readonly status: string; readonly size: unknown; readonly itemCount: number | null };
  readonly fromLine?: number | null;
  readonly toLine?: number | null;
  readonly reason?: string;
}

export interface PageBackup {
  readonly status: string;
  readonly size: { readonly originalBytes: number | null };
  readonly itemCount: number | null;
  readonly log: {
    readonly isComplete: boolean;
    readonly gaps: readonly { readonly reason: string }[];
    readonly nodes: readonly { readonly number: number | null; readonly raw: string }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

export interface Fixture extends AsyncDisposable {
  readonly sandbox: BorgSandbox;
  readonly gateway: TestGateway;
  /** Moves both clocks, and waits until the gateway has looked at the product again. */
  pass(seconds: number): Promise<void>;
}

/** Time goes by for the gateway as it does for the product. */
export const onClockOf = (sandbox: BorgSandbox): Product<never> => ({
  ...(borg as unknown as Product<never>),
  create: (config) =>
    createBorgProvider(config, undefined, {
      elapsedMs: () => sandbox.clock.now(),
      now: () => Math.round(sandbox.clock.now() * 1000),
    }),
});

export async function open(options: BorgSandboxOptions = {}, streams: object = {}): Promise<Fixture> {
  const sandbox = await startBorgSandbox({ speed: 0, storeSeconds: 3, demo: false, history: 20, ...options });
  const gateway = startGateway({
    providers: [{ ...sandbox.config, settleSeconds: 30 }],
    products: [onClockOf(sandbox) as unknown as Product],
    streams: { fastSeconds: 0.01, slowSeconds: 0.05, ...streams },
  });
  return {
    sandbox,
    gateway,
    async pass(seconds) {
      sandbox.clock.advance(seconds * 1000);
      await looks(sandbox);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

/** Two whole looks at a job that began after this call. */
export async function looks({ requests }: BorgSandbox): Promise<void> {
  const isStatus = ({ path, status }: { path: string; status: number }) =>
    status > 0 && /^\/api\/backup\/(status\/|jobs$)/.test(path);
  const before = requests.filter(isStatus).length;
  await until(() => requests.filter(isStatus).length >= before + 3, 15_000);
}

export type Watch = (
  fixture: Fixture,
  query: string,
  variables: object,
  onEvent?: (event: Event) => void,
) => Promise<Event[]>;

export const overSocket: Watch = async ({ gateway }, query, variables, onEvent) => {
  const events: Event[] = [];
  for await (const { data, errors } of (await gateway.connect()).iterate({ query, variables: { ...variables } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    const event = Object.values(data ?? {})[0] as Event;
    events.push(event);
    onEvent?.(event);
  }
  return events;
};

export const overEvents: Watch = async ({ gateway }, query, variables, onEvent) => {
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  const events: Event[] = [];
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (rest + Buffer.from(chunk).toString()).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^event: next$/m.test(part) && /^data: (.*)$/m.exec(part)?.[1];
      if (!data) continue;
      const event = Object.values((JSON.parse(data) as { data: object }).data)[0] as Event;
      events.push(event);
      onEvent?.(event);
    }
  }
  return events;
};

export const linesOf = (events: readonly Event[]) => events.flatMap(({ lines }) => lines ?? []);

export const rawOf = (events: readonly Event[]) => linesOf(events).map(({ raw }) => raw);

export const typesOf = (events: readonly Event[]) => [...new Set(events.map(({ __typename }) => __typename))];

export function startRun({ sandbox }: Fixture, script: RunScript): { job: number; id: string } {
  const job = sandbox.startOutside(accounting, { script });
  return { job, id: globalId('BorgBackup', 'files', String(job)) };
}

export async function storedLines({ sandbox }: Fixture, job: number): Promise<string[]> {
  const response = await fetch(`${sandbox.url}/api/backup/logs/${job}/stream`, {
    headers: { authorization: `Bearer ${sandbox.personalToken}` },
  });
  const { lines } = (await response.json()) as { lines: { content: string }[] };
  return lines.map(({ content }) => content).filter((content) => content !== '');
}

export async function page({ gateway }: Fixture, id: string, variables: object = {}) {
  const { data, errors } = await gateway.askText(pageText, { id, first: 200, ...variables });
  if (errors) throw new Error(JSON.stringify(errors));
  return (data as { backup: PageBackup }).backup;
}

export async function download({ gateway }: Fixture, id: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${await gateway.listen()}/backups/${id}/log`);
  return { status: response.status, text: await response.text() };
}

export async function cancel(sandbox: BorgSandbox, job: number): Promise<void> {
  await fetch(`${sandbox.url}/api/backup/cancel/${job}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.personalToken}` },
  });
}
