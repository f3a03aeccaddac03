/**
 * OpenID Connect, code flow with PKCE: leads to the identity provider and back to the same place. What must survive the
 * way there stays in the storage of the tab until the way back, and nothing of it is the token.
 */
import { dashboardPath, urlOf } from '../../api/place.ts';
import { texts } from '../../text/texts.ts';

export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

interface Endpoints {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

/** What a page leaves for the one that comes back. */
interface Attempt {
  readonly state: string;
  readonly verifier: string;
  /** Path and search. */
  readonly place: string;
}

const attemptKey = 'backplane.sign-in';

const redirectUri = (): string => urlOf('/ui');

/** Null: people paste a token. Throws what to tell them. */
export async function readSettings(): Promise<SignInSettings | null> {
  const { signIn } = (await readJson(urlOf('/ui/config.json'))) as { readonly signIn: SignInSettings | null };
  return signIn;
}

/** Leaves the page. Throws what to tell people. */
export async function leaveToSignIn({ issuer, clientId, scope }: SignInSettings): Promise<void> {
  // Only there for pages that came by https, or from this machine.
  if (!globalThis.isSecureContext) throw new Error(texts.signIn.needsHttps);
  const { authorization_endpoint } = await discover(issuer);
  const attempt = { state: randomText(), verifier: randomText(), place: location.pathname + location.search };
  const address = new URL(authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri(),
    scope,
    state: attempt.state,
    code_challenge: await challengeOf(attempt.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  location.assign(address);
}

/** What the identity provider has sent with the browser; null: the page was opened in another way. */
export function takeReturn(): (() => Promise<string>) | null {
  const given = new URLSearchParams(location.search);
  if (location.pathname !== dashboardPath || !given.has('state') || !(given.has('code') || given.has('error')))
    return null;
  const attempt = takeAttempt();
  // Before anything else is loaded: a code does not belong into the history of a browser.
  history.replaceState(null, '', attempt?.place ?? dashboardPath);
  return () => finish(given, attempt);
}

/** Once only: a second page with the same address finds nothing. */
function takeAttempt(): Attempt | null {
  try {
    const text = sessionStorage.getItem(attemptKey);
    sessionStorage.removeItem(attemptKey);
    return text === null ? null : (JSON.parse(text) as Attempt);
  } catch {
    return null;
  }
}

/** The access token. Throws what to tell people. */
async function finish(given: URLSearchParams, attempt: Attempt | null): Promise<string> {
  if (attempt === null || given.get('state') !== attempt.state) throw new Error(texts.signIn.notBegunHere);
  const settings = await readSettings();
  if (!settings) throw new Error(texts.signIn.notBegunHere);
  // Another provider than the one that was asked (RFC 9207).
  if ((given.get('iss') ?? settings.issuer) !== settings.issuer) throw new Error(texts.signIn.notBegunHere);
  const code = given.get('code');
  if (code === null) throw new Error(texts.signIn.denied(given.get('error_description') ?? given.get('error') ?? ''));
  const { token_endpoint } = await discover(settings.issuer);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    code,
    code_verifier: attempt.verifier,
  });
  const { access_token: token } = (await readJson(token_endpoint, { method: 'POST', body })) as {
    readonly access_token?: unknown;
  };
  if (typeof token !== 'string') throw new Error(texts.signIn.noToken);
  return token;
}

async function discover(issuer: string): Promise<Endpoints> {
  const metadata = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, authorization_endpoint, token_endpoint } = metadata as Partial<Endpoints & { issuer: string }>;
  if (named !== issuer || !authorization_endpoint || !token_endpoint) throw new Error(texts.signIn.otherIssuer(issuer));
  return { authorization_endpoint, token_endpoint };
}

async function readJson(url: string, request: RequestInit = {}): Promise<unknown> {
  const { origin } = new URL(url);
  try {
    const response = await fetch(url, { ...request, credentials: 'omit', cache: 'no-store', redirect: 'error' });
    if (response.ok) return await response.json();
  } catch {
    // A browser does not say to a page why: no network, no CORS, or a policy.
  }
  throw new Error(texts.signIn.noAnswer(origin));
}

const randomText = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
