import { pino } from 'pino';
import { expect } from 'vitest';
import type { Verify } from '../../src/auth/identity.ts';
import { createVerify } from '../../src/auth/jwt.ts';
import { createKeyServer, type KeyServerOptions } from '../../src/auth/jwt-key-server.ts';
import type { Keys } from '../../src/auth/jwt-keys.ts';
import { type AuthSettings, authSettings } from '../../src/config/auth.ts';
import type { JwtSettings } from '../../src/config/jwt.ts';
import {
  audience,
  createSigningKey,
  issuer,
  type KeyServer,
  type KeyServerMode,
  type SigningKey,
  signToken,
  startKeyServer,
} from './key-server.ts';

export const one = await createSigningKey('one');

export const two = await createSigningKey('two');

export interface Logged {
  readonly msg: string;
  readonly keyServer: string;
  readonly reason?: string;
  readonly err?: { readonly message: string };
}

export interface Reader extends AsyncDisposable {
  readonly server: KeyServer;
  readonly keys: Keys;
  readonly verify: Verify;
  readonly lines: Logged[];
  /** Of the gateway, which stands still until a test moves it. */
  readonly clock: { now: number };
  /** The first keys were read, or were not. */
  settled(): Promise<unknown>;
  /** `in`, or the message of the refusal. */
  outcome(key: SigningKey): Promise<string>;
}

export const collectLog = (lines: Logged[]) =>
  pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as Logged) });

export function settings(jwksUrl: string, more: object = {}): JwtSettings {
  const given = { issuer, audience, jwksUrl, algorithms: ['ES256'], ...more };
  return (authSettings.parse({ jwt: given }) as NonNullable<AuthSettings>).jwt as JwtSettings;
}

/** Reads the keys again only where it is asked to, unless the options say more. */
export async function startReader(more: Partial<KeyServerOptions> = {}, mode: KeyServerMode | 'down' = 'answers') {
  const server = await startKeyServer([one]);
  if (mode === 'down') await server.stop();
  else server.mode = mode;
  const lines: Logged[] = [];
  const clock = { now: Date.now() };
  const keys = createKeyServer({
    url: server.url,
    connection: {},
    algorithms: ['ES256'],
    keysMs: 1_000_000,
    log: collectLog(lines),
    now: () => clock.now,
    timeoutMs: 10_000,
    pauseMs: 10_000,
    ...more,
  });
  const verify = createVerify(settings(server.url), keys, () => clock.now);
  const reader: Reader = {
    server,
    keys,
    verify,
    lines,
    clock,
    settled: () => expect.poll(() => keys.ring !== null || lines.length > 0).toBe(true),
    outcome: async (key) => {
      try {
        await verify(await signToken(key));
        return 'in';
      } catch (error) {
        expect((error as { code?: string }).code).toBe('UNAUTHENTICATED');
        return (error as Error).message;
      }
    },
    async [Symbol.asyncDispose]() {
      await keys.close();
      await server[Symbol.asyncDispose]();
    },
  };
  return reader;
}

export const unknownKey = 'This token was signed with a key that is not known here ("kid").';

export const unreachable = 'The key server that could verify this token cannot be reached.';
