/** The command `check`: prints a line for the ledger, for the token keys and for each provider. */
import type { Product } from '../../providers/product.ts';
import { createApp } from '../app.ts';
import { checkKeys } from '../auth/jwt.ts';
import { whyKeysUnreadable } from '../auth/key-server-failure.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/file.ts';
import type { JwtSettings } from '../config/jwt.ts';
import type { ProviderConfig } from '../config/provider.ts';
import { findGatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import type { Provider } from '../core/provider.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { LedgerError } from '../storage/database.ts';
import type { SharedStorage } from '../storage/maintained.ts';
import { openSharedStorage, temporaryStorage } from '../storage/storage.ts';
import { labelOf } from '../storage/storage-url.ts';
import { countUnexpected } from './expectation-report.ts';

export interface CheckResult {
  readonly isFine: boolean;
  readonly line: string;
}

const ok = (line: string): CheckResult => ({ isFine: true, line: `ok    ${line}` });
const bad = (line: string): CheckResult => ({ isFine: false, line: `FAIL  ${line}` });

const timeoutMs = 60_000;

/** Runs all checks concurrently. `isRetry`: tries credentials again that a product has refused. */
export async function checkConfig(
  config: Config,
  products: readonly Product[],
  isRetry: boolean,
): Promise<CheckResult[]> {
  const { storage, result } = await openLedger(config.storage.url);
  // A check must not lock the ledger of a running gateway. Both share the refused credentials.
  const providerContext = { refusedCredentials: storage.refusedCredentials, isRetry };
  // The check serves no clients and needs no authentication.
  const settings = { ...config, auth: null, storage: { ...config.storage, url: ':memory:' } };
  await using app = createApp(settings, products, { providerContext, isCheck: true });
  const jwt = config.auth?.jwt;
  const checks = [
    ...(jwt ? [checkKeySource(jwt)] : []),
    ...config.providers.map((provider) => checkProvider(provider, app.providers)),
  ];
  try {
    return [...(result ? [result] : []), ...(await Promise.all(checks))];
  } finally {
    await storage.close();
  }
}

async function openLedger(url: string): Promise<{ storage: SharedStorage; result: CheckResult | null }> {
  if (url === ':memory:') return { storage: temporaryStorage(), result: null };
  try {
    return { storage: await openSharedStorage(url), result: ok(`ledger: ${labelOf(url)}`) };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { storage: temporaryStorage(), result: bad(`ledger: ${error.message}`) };
  }
}

async function checkKeySource(settings: JwtSettings): Promise<CheckResult> {
  const source = settings.jwksUrl === null ? 'auth.jwt.keyFile' : 'auth.jwt.jwksUrl';
  try {
    const count = await checkKeys(settings);
    return count > 0
      ? ok(`${source}: ${count} ${count === 1 ? 'key' : 'keys'}`)
      : bad(`${source}: none of its keys can be used with ${settings.algorithms.join(' or ')}`);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return bad(`${source}: the keys cannot be read: ${whyKeysUnreadable(error)}`);
  }
}

async function checkProvider(config: ProviderConfig, providers: readonly Provider[]): Promise<CheckResult> {
  const label = `${config.name} (${config.kind})`;
  const provider = providers.find(({ name }) => name === config.name);
  if (!provider) throw new Error(`there is no provider ${config.name}, although it is configured`);
  try {
    const entities = await provider.listEntities(AbortSignal.timeout(timeoutMs));
    const latencyMs = Math.round(provider.health().latencyMs ?? 0);
    const unexpected = countUnexpected(config, entities);
    const lacking = unexpected > 0 ? `, ${unexpected} without an expectation (expectEvery)` : '';
    const unmatched = [...config.entities.keys()].filter((id) => !entities.some((one) => one.externalId === id));
    const notes = await readNotes(provider);
    const line = `${label}: ${entities.length} protected entities${lacking}, ${latencyMs} ms`;
    if (unmatched.length === 0) return ok(line + notes);
    const names = unmatched.join(', ');
    // An entity that is not in the list may still exist.
    const mayExist = provider.unlistedEntities !== undefined || (entities.unreadable ?? []).length > 0;
    return mayExist
      ? ok(`${line}; in "entities" and not in its list: ${names}${notes}`)
      : bad(`${line}; "entities" names what it does not have: ${names}${notes}`);
  } catch (error) {
    const known = findGatewayError(error);
    if (!known) throw error;
    return bad(`${label}: ${known.code}: ${known.message}`);
  }
}

/** Returns notes about the newest backups. They do not fail the check. */
async function readNotes(provider: Provider): Promise<string> {
  const query = { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0 } as const;
  const page = await provider.listBackups(query, AbortSignal.timeout(timeoutMs));
  const rows = page.rows.map((row) => unreadableOf(row.open()));
  const notes = toRowProblems([...(page.unreadable ?? []), ...rows]).map(({ error }) => error.message);
  if (provider.hasReadZonelessTimes?.()) {
    notes.push(
      'some times have no time zone, and were read as those of "timeZone" in its configuration (UTC unless given)',
    );
  }
  return notes.map((note) => `; ${note}`).join('');
}
