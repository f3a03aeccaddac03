/** One operation, asked over each transport: what limits one limits all. */
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type GatewayOptions, startGateway } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';

export const transports = ['HTTP', 'SSE', 'WebSocket'] as const;
export type Transport = (typeof transports)[number];

export interface Params {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
}

export interface Told {
  /** Of HTTP. */
  readonly status?: number;
  readonly headers?: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

/** The answer, or the first result of a stream. */
export async function ask(transport: Transport, origin: string, params: Params, token?: string): Promise<Told> {
  if (transport === 'WebSocket') return askSocket(origin, params, token);
  const response = await post(origin, params, token, transport === 'SSE' ? 'text/event-stream' : 'application/json');
  const about = { status: response.status, headers: response.headers };
  const text = await response.text();
  const told = response.headers.get('content-type')?.startsWith('text/event-stream') ? firstEvent(text) : text;
  return { ...about, ...(JSON.parse(told) as Told) };
}

export const post = (
  origin: string,
  params: unknown,
  token?: string,
  accept = 'application/json',
  signal: AbortSignal | null = null,
): Promise<Response> =>
  fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(params),
    signal,
  });

const firstEvent = (text: string): string => /event: next\ndata: (.*)/.exec(text)?.[1] ?? text;

async function askSocket(origin: string, params: Params, token?: string): Promise<Told> {
  await using raw = await openRaw(origin, { isMute: true });
  raw.say({ type: 'connection_init', payload: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  await raw.hear();
  raw.say({ id: 'a', type: 'subscribe', payload: params });
  const { type, payload } = await raw.hear('a');
  return type === 'error' ? { errors: payload as Told['errors'] & object } : (payload as Told);
}

/** A Borg UI behind a proxy that can fail, behind a gateway that listens. */
export async function startLimited(
  limits: object,
  options: Partial<GatewayOptions> = {},
  configure: (provider: object) => readonly object[] = (provider) => [provider],
) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 60 });
  const proxy: FaultProxy = await startFaultProxy(sandbox.url);
  const gateway = startGateway({
    providers: configure({ ...sandbox.config, url: proxy.url, timeoutSeconds: 60 }),
    limits,
    ...options,
  });
  const origin = await gateway.listen();
  return {
    ...gateway,
    sandbox,
    proxy,
    origin,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

export const code = ({ errors }: Told): unknown => errors?.[0]?.extensions['code'];
export const message = ({ errors }: Told): string => errors?.[0]?.message ?? '';
