import { expect } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import type { Product } from '../../providers/product.ts';
import type { Provider } from '../../src/core/provider.ts';
import { type GatewayOptions, globalId, startGateway } from './gateway.ts';
import { captureLog } from './log-lines.ts';

export type Plant = (provider: Provider) => Partial<Provider>;

/** Borg UI with a fault in its adapter. */
export const withBug = (plant: Plant): Product[] =>
  products.map((product) => ({
    ...product,
    create(config) {
      const provider = product.create(config);
      return { ...provider, ...plant(provider) };
    },
  }));

export async function start(plant: Plant = () => ({}), options: Partial<GatewayOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 8 });
  const gateway = startGateway({ providers: [sandbox.config], products: withBug(plant), ...options });
  const log = captureLog(gateway.app);
  const origin = await gateway.listen();
  return {
    ...gateway,
    sandbox,
    log,
    origin,
    /** A job that runs for ten minutes of the sandbox's clock. */
    run() {
      const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
      return globalId('BorgBackup', 'files', String(job));
    },
    post: (query: string, headers: Record<string, string> = {}) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    /** The line of the log with the cause, which is there before the client has its answer. */
    causeOf(requestId: unknown) {
      const line = log.lines.find((one) => one.level === 'error' && one['requestId'] === requestId);
      expect(line?.['err']).toMatchObject({ type: 'TypeError', message: 'planted', stack: expect.any(String) });
      return line;
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

export const list = '{ backups(first: 1) { nodes { name } } }';

/** The first event with something in it; then it hangs up unless it is to go on. */
export async function firstEvent(response: Response, isLast = true): Promise<Record<string, unknown>> {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('no body');
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += Buffer.from(value ?? []).toString();
    const [, data] = /^data: (\{.*\})$/m.exec(text) ?? [];
    if (data) {
      if (isLast) await reader.cancel();
      return JSON.parse(data) as Record<string, unknown>;
    }
    if (done) throw new Error(`ended: ${text}`);
  }
}
