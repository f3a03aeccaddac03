/** Comparable texts of settings, which tell whether a reload has changed them. They contain secrets: never log them. */
import { Secret } from '../core/secret.ts';
import { readConfigured } from './authority.ts';
import type { ProviderConfig } from './provider.ts';

/** Equal for equal settings, secrets included. */
export const settingsText = (settings: unknown): string =>
  JSON.stringify(settings, function (this: unknown, key, value: unknown) {
    // `value` is what `toJSON` of a secret returned.
    const given = key === '' ? value : (this as Record<string, unknown>)[key];
    if (given instanceof Secret) return { secret: given.reveal() };
    return given instanceof Map ? [...given] : value;
  }) ?? 'undefined';

/** Settings that name a file whose content matters as much as its path. */
const fileKeys = ['ca', 'cert', 'key'] as const;

/** What the adapter of a provider is made of. Expectations and the cache are read with each use, and are no part of it. */
export function adapterText({ expectEvery, grace, entities, cacheSeconds, ...config }: ProviderConfig): string {
  const files = fileKeys.flatMap((key) => {
    const file = config[key];
    return file === undefined ? [] : [readConfigured(file, `providers (${config.name}): ${key}`)];
  });
  return settingsText([config, files]);
}
