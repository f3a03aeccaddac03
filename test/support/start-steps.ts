/** A program that is brought to a step of a start, and waits there until it is killed, stopped or released. */
import { stringify } from 'yaml';
import { ask, writeConfig } from './main.ts';
import { run } from './postgres.ts';
import { startPostgresProxy } from './postgres-proxy.ts';
import { type Running, start } from './process.ts';
import type { ProductKind, StartedProduct } from './started-products.ts';

export const startSteps = [
  'before it is written',
  'when it is written',
  'when it is written as sent',
  'while it is being sent',
  'when the product has it',
  'before the outcome is written',
  'when the outcome is written',
] as const;

export type StartStep = (typeof startSteps)[number];

/** Whether there is a backup in the end, where the client asks a second time after the program is killed at this step. */
export const doneAfterKill = (step: StartStep): boolean =>
  step === 'before it is written' || startSteps.indexOf(step) >= startSteps.indexOf('when the product has it');

export interface StartOutcome {
  readonly data: {
    readonly startBackup: {
      readonly operation: { readonly id: string; readonly status: string } | null;
      readonly userErrors: readonly { readonly code: string }[];
    };
  };
}

export const startText = (entityId: string, key: string): string =>
  `mutation { startBackup(input: { entityId: "${entityId}", idempotencyKey: "${key}" }) {
    operation { id status } userErrors { code message } } }`;

export const startAt = (origin: string, entityId: string, key: string): Promise<StartOutcome> =>
  ask(origin, startText(entityId, key)) as Promise<StartOutcome>;

export interface StartProgram {
  readonly program: Running;
  readonly origin: string;
}

/** Of the configuration's section `storage`, without the URL. */
const quickTakeover = { takeoverSeconds: 3 };

export async function startReplica(
  url: string,
  providers: readonly object[],
  storage: object = quickTakeover,
): Promise<StartProgram> {
  const config = await writeConfig(
    'replica.yaml',
    stringify({
      storage: { url, ...storage },
      ledger: { reconcileSeconds: 1, answerWithinSeconds: 10 },
      // A program that is stopped has not answered for longer than that.
      limits: { requestSeconds: 600 },
      providers,
    }),
  );
  const program = start(['--config', config, '--port', '0']);
  const [, origin = ''] = await program.untilPrinted(/listening on (http:\S+)\/graphql/);
  return { program, origin };
}

export interface OperationRow {
  readonly status: string;
  readonly record: string;
  /** Greater than 0 once a survivor has it. */
  readonly owner_epoch: number;
}

export const rowOf = async (url: string, key: string) =>
  (await run(url, `SELECT * FROM backplane.operations WHERE idempotency_key = '${key}'`))[0] as
    | OperationRow
    | undefined;

/** Whether a survivor has done what it can. A start of Labii whose answer was lost is looked for longer than a test lasts. */
export const isTakenOver = (row: OperationRow | undefined, kind: ProductKind): boolean =>
  row !== undefined && (row.status !== 'PENDING' || (kind === 'labii' && Number(row.owner_epoch) > 0));

/** Reaches its database and its product through proxies. */
export async function startVictim(url: string, product: StartedProduct, storage?: object) {
  const database = await startPostgresProxy(url);
  const { program, origin } = await startReplica(database.url, [product.proxied], storage);
  let release = (): void => undefined;

  function atProduct(isForwarded: boolean): Promise<void> {
    return new Promise((resolve) => {
      const released = new Promise<void>((go) => (release = go));
      const fault = {
        name: 'waits',
        async apply({
          response,
          forward,
        }: {
          response: NodeJS.WritableStream;
          forward: () => Promise<NodeJS.ReadableStream>;
        }) {
          const answer = isForwarded ? await forward() : null;
          resolve();
          await released;
          (answer ?? (await forward())).pipe(response);
        },
      };
      product.proxy.fail(fault, { match: product.isStart, times: 1 });
    });
  }

  const reaches: Record<StartStep, () => Promise<void>> = {
    'before it is written': () => database.block('"sentAt":null'),
    'when it is written': () => database.hold('"sentAt":null'),
    'when it is written as sent': () => database.hold('"sentAt":1'),
    'while it is being sent': () => atProduct(false),
    'when the product has it': () => atProduct(true),
    'before the outcome is written': () => database.block('"isAccepted":true'),
    'when the outcome is written': () => database.hold('"isAccepted":true'),
  };
  return {
    program,
    origin,
    /** Starts a backup; resolves at the step. Where a busy machine had the program silent for too long, with another key. */
    async startUntil(step: StartStep, name: string): Promise<{ key: string; answer: Promise<StartOutcome | null> }> {
      const reached = reaches[step]().then(() => 'reached' as const);
      for (let key = name; ; key += ' again') {
        const answer = startAt(origin, product.entityId, key).catch(() => null);
        const early = await Promise.race([reached, answer]);
        if (early === 'reached') return { key, answer };
        if (early?.data.startBackup.userErrors[0]?.code !== 'STORAGE_UNAVAILABLE')
          throw new Error(`the start was over before "${step}": ${JSON.stringify(early)}`);
      }
    },
    release() {
      database.release();
      release();
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
