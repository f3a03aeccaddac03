/** A gateway that accepts tokens of a key server, with streams over both transports. */
import type { Client } from 'graphql-ws';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { globalId, startGateway } from './gateway.ts';
import { audience, createSigningKey, issuer, signToken, startKeyServer } from './key-server.ts';

export const key = await createSigningKey('one');

export const viewer = '{ viewer { name role providers { name } } }';

export async function startJwtGateway(more: object = {}) {
  const keyServer = await startKeyServer([key]);
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const claims = { name: 'name', role: 'roles', providers: 'backups' };
  const jwt = { issuer, audience, jwksUrl: keyServer.url, algorithms: ['ES256'], clockSkewSeconds: 0, claims };
  const gateway = startGateway({ providers: [sandbox.config], auth: { jwt, ...more } });
  const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
  const id = globalId('BorgBackup', 'files', String(job));
  return {
    ...gateway,
    sandbox,
    keyServer,
    /** Progress may be shared by many who watch, a log is not. */
    watches: {
      progress: `subscription { backupProgress(id: "${id}") { __typename } }`,
      log: `subscription { backupLog(id: "${id}") { __typename } }`,
      changes: 'subscription { backupChanges { __typename } }',
    },
    /** A token of a person who may see everything. */
    token: (sub: string, claims: object = {}) => signToken(key, { sub, name: sub, backups: '*', ...claims }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
      await keyServer[Symbol.asyncDispose]();
    },
  };
}

export interface Result {
  readonly data?: object | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export interface Watch {
  readonly results: Result[];
  readonly ended: Promise<void>;
  stop(): void;
}

/** What comes by a socket; an operation that ends in an error has it last. */
export function overSocket(client: Client, query: string): Watch {
  const results: Result[] = [];
  let stop = (): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = client.subscribe<object>(
      { query },
      {
        next: (result) => void results.push(result as Result),
        error: (errors) => {
          if (!Array.isArray(errors)) return reject(errors);
          results.push({ errors });
          resolve();
        },
        complete: resolve,
      },
    );
  });
  return { results, ended, stop: () => stop() };
}

export const lastError = ({ results }: Watch) => results.at(-1)?.errors?.[0];

export const expired = {
  message: 'This token has expired: ask again with a new one.',
  extensions: { code: 'UNAUTHENTICATED', retryable: false },
};
