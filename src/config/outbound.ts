/** How a provider or the key server is reached: certificates and proxies, from its configuration and the environment. */
import { z } from 'zod';
import { keepSecret } from '../core/secret-redaction.ts';
import type { ConnectionOptions } from '../upstream/connector.ts';
import { readCertificates } from './authority.ts';
import { ConfigError } from './file.ts';
import { readSecretFile } from './secret-file.ts';

interface Reached {
  readonly url: string;
  readonly ca?: string | null | undefined;
  readonly cert?: string | null | undefined;
  readonly key?: string | null | undefined;
  readonly proxy?: string | null | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** URL of a proxy, or `none`. Its password is redacted from then on. */
export const outboundProxy = () =>
  z
    .string()
    .refine((text) => text === 'none' || /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''), {
      error: 'expected an http or https URL of a proxy, or none',
    })
    .transform((text) => {
      if (text !== 'none') keepSecret(decodeURIComponent(new URL(text).password));
      return text;
    });

/** Reads the files that a provider names. Throws ConfigError. */
export const readConnection = (provider: Reached & { readonly name: string }, environment?: Environment) =>
  toConnection(provider, (key) => `providers (${provider.name}): ${key}`, environment);

/** Reads the files that `auth.jwt` names. Throws ConfigError. */
export const readKeyServerConnection = (jwt: Reached, environment?: Environment) =>
  toConnection(jwt, (key) => `auth.jwt.${key}`, environment);

/** `settingOf`: what the keys are called in messages. */
function toConnection(
  { url, ca, cert, key, proxy }: Reached,
  settingOf: (key: string) => string,
  environment: Environment = process.env,
): ConnectionOptions {
  const read = key ? readSecretFile(key) : null;
  if (read && 'fault' in read) throw new ConfigError([`${settingOf('key')}: ${read.fault}`]);
  return {
    ca: ca ? readCertificates(ca, settingOf('ca')) : undefined,
    cert: cert ? readCertificates(cert, settingOf('cert')) : undefined,
    key: read?.text,
    proxy: proxy === 'none' ? undefined : (proxy ?? proxyOf(url, environment)),
  };
}

/** The proxy that the environment names for this URL. Never for this machine itself. */
export function proxyOf(url: string, environment: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return undefined;
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const excluded = (variable('NO_PROXY') ?? '').split(/[\s,]+/).filter((one) => one !== '');
  if (excluded.some((one) => isExcluded(one.toLowerCase(), hostname, port))) return undefined;
  const proxy = variable(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  keepSecret(decodeURIComponent(new URL(proxy).password));
  return proxy;
}

function isExcluded(given: string, hostname: string, port: string): boolean {
  if (given === '*') return true;
  const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(given) ?? [];
  return (only === undefined || only === port) && (hostname === name || hostname.endsWith(`.${name}`));
}
