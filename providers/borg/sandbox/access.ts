/** Authentication: users, tokens, the second factor and the lockout. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { invalid, missing, readObject, readText, refuse, refuseWith, unauthorized, wireTime } from './wire.ts';

export interface SandboxUser {
  readonly id: number;
  readonly username: string;
  readonly password: string;
  readonly isAdmin: boolean;
}

const tokenSeconds = 86_400;
const lockoutSeconds = 900;
const failuresBeforeLockout = 5;
export const totpCode = '123456';

const adminPermissions = [
  'activity.view_all',
  'repositories.create',
  'repositories.import',
  'repositories.manage_all',
  'settings.logs.manage',
  'settings.system.manage',
  'settings.users.manage',
];

export class Access {
  loginCount = 0;
  localLogin = true;
  readonly totpUsers = new Set<string>();
  readonly #clock: SandboxClock;
  readonly #users: readonly SandboxUser[];
  readonly #loginTokens = new Map<string, { user: SandboxUser; expiresAtMs: number }>();
  readonly #personalTokens = new Map<string, SandboxUser>();
  readonly #challenges = new Map<string, SandboxUser>();
  readonly #failures = new Map<string, number[]>();
  #made = 0;
  #named = 0;

  constructor(users: readonly SandboxUser[], clock: SandboxClock) {
    this.#users = users;
    this.#clock = clock;
  }

  /** X-Borg-Authorization takes precedence even if it is invalid, and `Bearer` is case-sensitive. */
  userOfHeaders(headers: IncomingMessage['headers']): SandboxUser | null {
    const given = headers['x-borg-authorization'] ?? headers.authorization;
    if (typeof given !== 'string' || !given.startsWith('Bearer ')) return null;
    return this.userOfToken(given.slice('Bearer '.length));
  }

  userOfToken(token: string): SandboxUser | null {
    const login = this.#loginTokens.get(token);
    if (login) return login.expiresAtMs > this.#clock.now() ? login.user : null;
    return this.#personalTokens.get(token) ?? null;
  }

  isPersonal(token: string): boolean {
    return token.startsWith('borgui_');
  }

  expireTokens(): void {
    this.#loginTokens.clear();
  }

  revokePersonalTokens(): void {
    this.#personalTokens.clear();
  }

  readonly login = (call: SandboxCall): SandboxReply => {
    const form = new URLSearchParams(isForm(call) ? call.body : '');
    const absent = ['username', 'password'].filter((name) => !form.get(name));
    if (absent.length > 0) return invalid(...absent.map((name) => missing('body', name)));
    if (!this.localLogin) return refuseWith(403, 'auth.localLoginDisabled');
    const username = form.get('username') ?? '';
    const keys = [`user ${username}`, `address ${call.response.socket?.remoteAddress ?? ''}`];
    const locked = this.#lockedSeconds(keys);
    if (locked > 0) return tooManyRequests(locked);
    const user = this.#users.find((one) => one.username === username && one.password === form.get('password'));
    if (!user) return this.#fail(keys);
    for (const key of keys) this.#failures.delete(key);
    return this.totpUsers.has(username) ? this.#challenge(user) : this.#welcome(user);
  };

  readonly loginTotp = (call: SandboxCall): SandboxReply => {
    const body = readObject(call.body);
    const challenge = readText(body, 'login_challenge_token');
    const code = readText(body, 'code');
    if (challenge === undefined) return invalid(missing('body', 'login_challenge_token'));
    if (code === undefined) return invalid(missing('body', 'code'));
    const user = this.#challenges.get(challenge);
    if (!user || code !== totpCode) return refuseWith(401, 'auth.invalidTotpCode');
    this.#challenges.delete(challenge);
    return this.#welcome(user);
  };

  readonly refresh = (call: SandboxCall): SandboxReply => {
    const user = this.userOfHeaders(call.headers);
    return user ? { status: 200, body: this.#token(user) } : unauthorized();
  };

  /** Does not invalidate the token; neither does the product. */
  readonly logout = (call: SandboxCall): SandboxReply =>
    this.userOfHeaders(call.headers)
      ? { status: 200, body: { message: 'backend.success.auth.loggedOut', logout_url: null } }
      : unauthorized();

  readonly me = (call: SandboxCall): SandboxReply => {
    const user = this.userOfHeaders(call.headers);
    return user ? { status: 200, body: toProfile(user, this.#clock.now()) } : unauthorized();
  };

  readonly createToken = (call: SandboxCall): SandboxReply => {
    const user = this.userOfHeaders(call.headers);
    if (!user) return unauthorized();
    const name = readText(readObject(call.body), 'name');
    if (name === undefined) return invalid(missing('body', 'name'));
    const token = this.issuePersonalToken(user);
    const created_at = wireTime(this.#clock.now());
    this.#named += 1;
    return { status: 201, body: { id: this.#named, name, token, prefix: token.slice(0, 11), created_at } };
  };

  issuePersonalToken(user: SandboxUser): string {
    const digest = createHash('sha256').update(`${user.username} ${this.#unique()}`).digest('base64url');
    const token = `borgui_${digest}`;
    this.#personalTokens.set(token, user);
    return token;
  }

  #unique(): number {
    this.#made += 1;
    return this.#made;
  }

  #lockedSeconds(keys: readonly string[]): number {
    const left = keys.map((key) => {
      const fifth = this.#failures.get(key)?.at(failuresBeforeLockout - 1);
      return fifth === undefined ? 0 : fifth + lockoutSeconds * 1000 - this.#clock.now();
    });
    return Math.ceil(Math.max(...left) / 1000);
  }

  #fail(keys: readonly string[]): SandboxReply {
    const now = this.#clock.now();
    for (const key of keys) {
      const recent = (this.#failures.get(key) ?? []).filter((at) => at > now - lockoutSeconds * 1000);
      this.#failures.set(key, [...recent, now]);
    }
    const locked = this.#lockedSeconds(keys);
    if (locked > 0) return tooManyRequests(locked);
    return refuse(401, { key: 'backend.errors.auth.incorrectCredentials' }, { 'www-authenticate': 'Bearer' });
  }

  #challenge(user: SandboxUser): SandboxReply {
    const challenge = encode(`challenge ${user.username} ${this.#unique()}`);
    this.#challenges.set(challenge, user);
    return { status: 200, body: toToken({ totp_required: true, login_challenge_token: challenge }) };
  }

  #welcome(user: SandboxUser): SandboxReply {
    this.loginCount += 1;
    return { status: 200, body: this.#token(user) };
  }

  #token(user: SandboxUser): Readonly<Record<string, unknown>> {
    const expiresAtMs = this.#clock.now() + tokenSeconds * 1000;
    const claims = { sub: user.username, exp: Math.floor(expiresAtMs / 1000), jti: this.#unique() };
    const token = `${encode('{"alg":"HS256","typ":"JWT"}')}.${encode(JSON.stringify(claims))}.${encode('no signature')}`;
    this.#loginTokens.set(token, { user, expiresAtMs });
    return toToken({ access_token: token, token_type: 'bearer', expires_in: tokenSeconds });
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');

const isForm = (call: SandboxCall): boolean =>
  (call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

const tooManyRequests = (seconds: number): SandboxReply => ({
  ...refuseWith(429, 'auth.tooManyRequests', { retryAfterSeconds: seconds }),
  headers: { 'retry-after': String(seconds) },
});

const toToken = (known: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  access_token: null,
  token_type: null,
  expires_in: null,
  must_change_password: false,
  totp_required: false,
  login_challenge_token: null,
  ...known,
});

const toProfile = (user: SandboxUser, nowMs: number): Readonly<Record<string, unknown>> => ({
  id: user.id,
  username: user.username,
  full_name: null,
  deployment_type: 'individual',
  enterprise_name: null,
  email: `${user.username}@borg.local`,
  is_active: true,
  auth_source: 'local',
  oidc_subject: null,
  role: user.isAdmin ? 'admin' : 'viewer',
  all_repositories_role: null,
  must_change_password: false,
  totp_enabled: false,
  passkey_count: 0,
  last_login: wireTime(nowMs),
  created_at: wireTime(nowMs - 400 * 86_400_000),
  global_permissions: user.isAdmin ? adminPermissions : [],
});
