/** What a verified token says of somebody, in our words. */
import type { JWTPayload } from 'jose';
import type { JwtSettings } from '../config/jwt.ts';
import { GatewayError } from '../core/errors.ts';
import { escapeIdentifier, toPlainName } from '../core/unicode.ts';
import { type Identity, unauthenticated } from './identity.ts';

type Claims = Pick<JwtSettings, 'issuer' | 'clockSkewSeconds' | 'claims' | 'operators' | 'readers'>;

/** Longer ones would fill logs and the ledger. */
const maxLength = 255;

/** Throws UNAUTHENTICATED where it does not say who somebody is, FORBIDDEN where they have no role here. */
export function toIdentity(payload: JWTPayload, settings: Claims): Identity {
  const { issuer, clockSkewSeconds, claims } = settings;
  const { exp } = payload;
  if (exp === undefined || !Number.isFinite(exp)) throw wrongClaim('exp', 'a time');
  // The id is the subject and not the name, so that no one can pass for somebody else by a name.
  const id = `jwt:${issuer}:${readSubject(payload)}`;
  const viewer = {
    id,
    name: readName(payload, claims.name),
    role: readRole(payload, settings),
    providers: claims.providers === null ? null : readProviders(claimAt(payload, claims.providers)),
  };
  // As the verification of `exp` has it, which lets the clocks differ.
  return { viewer, expiresAt: (exp + clockSkewSeconds) * 1000 };
}

export const wrongClaim = (claim: string, expected: string): GatewayError =>
  unauthenticated(`The claim "${claim}" of this token is missing or wrong: expected ${expected}.`);

/**
 * The claim of that whole name, dots and all, as in `https://example.com/roles`; else the path into objects, as in
 * `realm_access.roles`. Undefined where there is none.
 */
export function claimAt(payload: object, path: string): unknown {
  if (Object.hasOwn(payload, path)) return ownValue(payload, path);
  let value: unknown = payload;
  for (const part of path.split('.')) value = ownValue(value, part);
  return value;
}

/** Nothing that an object inherits: `constructor` is no claim. */
const ownValue = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Whom the token is about. Two subjects are never made one: half characters are escaped, and control characters refused. */
function readSubject(payload: object): string {
  const subject = claimAt(payload, 'sub');
  if (typeof subject === 'string' && subject.length <= maxLength && /^(?=.*\S)\P{Cc}+$/u.test(subject)) {
    return escapeIdentifier(subject);
  }
  throw wrongClaim('sub', expectedText);
}

/** To be shown in answers, logs and the audit log, where a name must not look like another one, or break a line. */
function readName(payload: object, path: string): string {
  const name = claimAt(payload, path);
  const shown = typeof name === 'string' && name.length <= maxLength ? toPlainName(name) : '';
  if (shown === '') throw wrongClaim(path, expectedText);
  return shown;
}

const expectedText = `a text of 1 to ${maxLength} characters`;

function readRole(payload: object, { claims, operators, readers }: Claims): 'READER' | 'OPERATOR' {
  if (claims.role === null) return 'READER';
  const given = claimAt(payload, claims.role);
  // A name in a list may have spaces in it.
  const values: unknown[] = typeof given === 'string' ? [given, ...words(given)] : Array.isArray(given) ? given : [];
  const isAmong = (names: readonly string[]) => names.some((name) => values.includes(name));
  if (isAmong(operators)) return 'OPERATOR';
  if (isAmong(readers)) return 'READER';
  throw new GatewayError(
    'FORBIDDEN',
    `This token is good, and gives no role here: its claim "${claims.role}" has none that is known.`,
  );
}

/** Null: all. */
function readProviders(given: unknown): string[] | null {
  const values: unknown[] = typeof given === 'string' ? words(given) : Array.isArray(given) ? given : [];
  if (values.includes('*')) return null;
  return [...new Set(values.filter((value) => typeof value === 'string'))];
}

const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');
