/** Sessions: a login sets two cookies, and a session needs both. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { Refusal, readObject } from './wire.ts';

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

const cookieNames = ['JSESSIONID', 'VPROTECT-ROUTE'] as const;

export class Access {
  loginCount = 0;
  readonly #account: Account;
  readonly #clock: SandboxClock;
  readonly #sessions = new Set<string>();
  #opened = 0;
  #callsLeft: number | null = null;
  #lastSuccess: number | null = null;
  #lastFailure: number | null = null;

  constructor(account: Account, clock: SandboxClock) {
    this.#account = account;
    this.#clock = clock;
  }

  /** Ends all sessions after this many more calls. */
  expireSessions(afterCalls: number): void {
    this.#callsLeft = afterCalls === 0 ? null : afterCalls;
    if (afterCalls === 0) this.#sessions.clear();
  }

  /** Whether the call belongs to a live session; it counts as answered. */
  authenticateRequest(headers: IncomingMessage['headers']): boolean {
    const isAlive = this.#sessions.has(keyOf(headers));
    if (this.#callsLeft !== null) this.expireSessions(this.#callsLeft - 1);
    return isAlive;
  }

  readonly login = (call: SandboxCall): SandboxReply => {
    const { login, password } = readObject(call);
    if (typeof login !== 'string' || typeof password !== 'string')
      throw new Refusal(400, 'login and password are required');
    if (login === this.#account.username && password === this.#account.password) return this.#open();
    this.#lastFailure = Math.floor(this.#clock.now());
    throw new Refusal(400, 'Invalid login or password');
  };

  /** The name of the field is not known, so any is accepted. */
  readonly loginWithToken = (call: SandboxCall): SandboxReply => {
    if (Object.values(readObject(call)).includes(this.#account.token)) return this.#open();
    throw new Refusal(401, 'Invalid token');
  };

  readonly logout = (call: SandboxCall): SandboxReply => {
    this.#sessions.delete(keyOf(call.headers));
    return { status: 204 };
  };

  readonly user = (): SandboxReply => ({ status: 200, body: this.#info() });

  #open(): SandboxReply {
    this.loginCount += 1;
    this.#opened += 1;
    const values = cookieNames.map((name) => digest(`${name} ${this.#opened}`));
    this.#sessions.add(values.join(' '));
    const body = this.#info();
    this.#lastSuccess = Math.floor(this.#clock.now());
    const cookies = cookieNames.map((name, index) => `${name}=${values[index]}; Path=/; HttpOnly`);
    return { status: 200, body, headers: { 'set-cookie': cookies } };
  }

  /** The times are those of the logins before this one. */
  #info() {
    return {
      login: this.#account.username,
      lastSuccessfulLogin: this.#lastSuccess ?? undefined,
      lastFailedLogin: this.#lastFailure ?? undefined,
      uiTimeZone: 'UTC',
    };
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

function keyOf(headers: IncomingMessage['headers']): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  const cookies = new Map(pairs.map(([name = '', value = '']) => [name, value]));
  return cookieNames.map((name) => cookies.get(name) ?? '').join(' ');
}

/** Routes that need no session. */
export const openRoutes: ReadonlySet<string> = new Set([
  'POST /api/session/login',
  'POST /api/session/login-with-token',
]);
