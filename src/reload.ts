/** A new configuration for a running gateway: what changes at once, and what a restart must change. */
import type { LiveAuth } from './auth/live-auth.ts';
import type { AuthSettings } from './config/auth.ts';
import { readConfigured } from './config/authority.ts';
import type { Config } from './config/config.ts';
import { settingsText } from './config/identity.ts';
import type { ProviderChanges, ProviderRegistry } from './provider-registry.ts';

export interface Reloaded {
  readonly providers: ProviderChanges;
  /** Sections that changed at once, besides `providers`. */
  readonly sections: readonly string[];
  /** Keys whose new values need a restart; the gateway goes on with the former ones. */
  readonly restart: readonly string[];
}

/** Sections that a reload applies. Of `limits` and `log`, `staticKeys` are left out. */
const liveSections = new Set(['providers', 'auth', 'limits', 'documents']);
const liveKeys = new Set(['log.level']);
const staticKeys = new Set(['limits.bodyBytes']);

/** The keys of `next` that differ from what the gateway was started with, and that cannot change while it runs. */
export function keysForRestart(started: Config, next: Config): string[] {
  const isAuthSwitched = (started.auth === null) !== (next.auth === null);
  return [...(isAuthSwitched ? ['auth'] : []), ...changedKeys(started, next).filter((key) => !isLive(key))];
}

const isLive = (key: string): boolean =>
  liveKeys.has(key) || (liveSections.has(key.split('.', 1)[0] ?? '') && !staticKeys.has(key));

/** `section.key` for each key that differs. */
export function changedKeys(former: Config, next: Config): string[] {
  const sections = new Set([...Object.keys(former), ...Object.keys(next)]) as Set<keyof Config>;
  return [...sections].flatMap((section) => {
    const [before, after]: unknown[] = [former[section], next[section]];
    if (settingsText(before) === settingsText(after)) return [];
    if (!isMap(before) || !isMap(after)) return [section];
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys]
      .filter((key) => settingsText(before[key]) !== settingsText(after[key]))
      .map((key) => `${section}.${key}`);
  });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Contents of the files that `auth.jwt` names. Throws ConfigError. */
export const authFiles = (auth: AuthSettings): readonly string[] =>
  (['keyFile', 'ca', 'cert', 'key'] as const).flatMap((key) => {
    const file = auth?.jwt?.[key] ?? null;
    return file === null ? [] : [readConfigured(file, `auth.jwt.${key}`)];
  });

export interface ReloadParts {
  readonly started: Config;
  readonly current: () => Config;
  readonly registry: ProviderRegistry;
  readonly auth: LiveAuth;
  readonly documents: { prepare(settings: Config['documents']): { commit(): void } };
  /** Takes over the values that are read with each use, and tells streams that providers have changed. */
  readonly applied: (next: Config, providers: ProviderChanges) => void;
}

/** All or nothing: throws ConfigError before anything has changed. */
export function reload(next: Config, { started, current, registry, auth, documents, applied }: ReloadParts): Reloaded {
  const former = current();
  const isAuthSwitched = (former.auth === null) !== (next.auth === null);
  const taken = isAuthSwitched ? { ...next, auth: former.auth } : next;
  const files = authFiles(taken.auth);
  const manifest = documents.prepare(taken.documents);
  const providers = registry.prepare(taken.providers);
  let prepared: ReturnType<LiveAuth['prepare']>;
  try {
    prepared = auth.prepare(taken.auth, files);
  } catch (error) {
    providers.discard();
    throw error;
  }
  const changes = providers.commit();
  prepared.commit();
  manifest.commit();
  applied(taken, changes);
  const sections = changedKeys(former, taken).filter((key) => isLive(key) && key !== 'providers');
  return { providers: changes, sections, restart: keysForRestart(started, next) };
}
