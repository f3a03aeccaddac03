/** Authentication: login tokens that expire when idle, the API key, the second factor and the lockout. */
import type { IncomingMessage } from 'node:http';
import type { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { readFields, refusal } from './wire.ts';

export interface SandboxUser {
  /** The e-mail address. */
  readonly username: string;
  readonly password: string;
}

interface Account extends SandboxUser {
  readonly sid: string;
  readonly firstName: string;
  readonly lastName: string;
}

const idleMs = 30 * 60_000;
const lockoutMs = 3_600_000;
const failuresBeforeLockout = 5;

const noMatch = 'Unable to log in with provided credentials.';
const locked = 'Your account is locked because of too many failed logins. Try again in one hour.';

export class Access {
  loginCount = 0;
  readonly admin: Account = {
    sid: 'us8Ld3bWq70Ka',
    firstName: 'Ada',
    lastName: 'Quist',
    username: 'ada@sandbox.example',
    password: 'sandbox-ada',
  };
  readonly secondFactorUser: Account = {
    sid: 'usQ51mZk9eT2r',
    firstName: 'Tove',
    lastName: 'Berg',
    username: 'tove@sandbox.example',
    password: 'sandbox-tove',
  };
  readonly secondFactorCode = '123456';
  readonly apiKey = 'lk.5f0c2e7ab91d43c8';
  readonly #clock: SandboxClock;
  readonly #lastUsedMs = new Map<string, number>();
  readonly #secrets = new Map<string, { account: Account; isCodeSent: boolean }>();
  readonly #failures = new Map<string, number>();
  readonly #lockedUntilMs = new Map<string, number>();
  #made = 0;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Accepts any of the three schemes; each use extends a login token. Throws the 401. */
  check(headers: IncomingMessage['headers']): void {
    const [word = '', value = ''] = (headers.authorization ?? '').split(' ', 2);
    const tokens = [headers.token, word.toLowerCase() === 'token' ? value : undefined];
    if (tokens.some((token) => typeof token === 'string' && this.#use(token))) return;
    if (word.toLowerCase() === 'bearer' && value === this.apiKey) return;
    const isGiven = headers.token !== undefined || headers.authorization !== undefined;
    throw refusal(401, isGiven ? 'Invalid token.' : 'Authentication credentials were not provided.');
  }

  issueToken(): string {
    const token = this.#unique('tk');
    this.#lastUsedMs.set(token, this.#clock.now());
    return token;
  }

  expireTokens(): void {
    this.#lastUsedMs.clear();
  }

  readonly login = (call: SandboxCall): SandboxReply => {
    const fields = readFields(call);
    const username = String(fields.username ?? '');
    if ((this.#lockedUntilMs.get(username) ?? 0) > this.#clock.now()) return refuseLogin(locked);
    const account = [this.admin, this.secondFactorUser].find(
      (one) => one.username === username && one.password === fields.password,
    );
    if (!account) return this.#fail(username);
    this.#failures.delete(username);
    return account === this.secondFactorUser ? this.#askForCode(account) : this.#welcome(account);
  };

  readonly sendCode = (call: SandboxCall): SandboxReply => {
    const fields = readFields(call);
    const challenge = this.#secrets.get(String(fields.secret));
    if (!challenge || fields.option !== 'email') return refuseLogin('The secret or the option is not correct.');
    challenge.isCodeSent = true;
    return { status: 200, body: {} };
  };

  readonly verifyCode = (call: SandboxCall): SandboxReply => {
    const fields = readFields(call);
    const challenge = this.#secrets.get(String(fields.secret));
    if (!challenge?.isCodeSent || fields.code !== this.secondFactorCode)
      return refuseLogin('The verification code is not correct.');
    this.#secrets.delete(String(fields.secret));
    return this.#welcome(challenge.account);
  };

  /** A GET that ends the token. Its 401 has no body in any style. */
  readonly logout = (call: SandboxCall): SandboxReply => {
    try {
      this.check(call.headers);
    } catch {
      return { status: 401, headers: { 'www-authenticate': 'Token' } };
    }
    const { authorization = '', token } = call.headers;
    for (const given of [token, authorization.split(' ')[1]]) this.#lastUsedMs.delete(String(given));
    return { status: 200, body: {} };
  };

  #use(token: string): boolean {
    const lastUsedMs = this.#lastUsedMs.get(token);
    if (lastUsedMs === undefined || this.#clock.now() - lastUsedMs >= idleMs) return false;
    this.#lastUsedMs.set(token, this.#clock.now());
    return true;
  }

  #unique(prefix: string): string {
    this.#made += 1;
    return `${prefix}${Buffer.from(`${prefix} ${this.#made * 7919}`).toString('hex')}`;
  }

  /** The fifth failure in a row still says that the password is wrong; it is the next login that finds the lock. */
  #fail(username: string): SandboxReply {
    const failures = (this.#failures.get(username) ?? 0) + 1;
    this.#failures.set(username, failures % failuresBeforeLockout);
    if (failures === failuresBeforeLockout) this.#lockedUntilMs.set(username, this.#clock.now() + lockoutMs);
    return refuseLogin(noMatch);
  }

  #askForCode(account: Account): SandboxReply {
    const secret = this.#unique('sc');
    this.#secrets.set(secret, { account, isCodeSent: false });
    return { status: 200, body: { secret } };
  }

  #welcome(account: Account): SandboxReply {
    this.loginCount += 1;
    const { sid, firstName, lastName, username } = account;
    const user = { sid, first_name: firstName, last_name: lastName, email: username };
    return { status: 200, body: { token: this.issueToken(), user } };
  }
}

/** Refused logins are always a list of strings with 406, never 401: the documentation shows that one. */
const refuseLogin = (sentence: string): SandboxReply => ({ status: 406, body: [sentence] });
