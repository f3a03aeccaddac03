/** How a provider is reached: certificates and proxies, from its configuration and the environment. */
import { keepSecret } from '../core/secret-redaction.ts';
import type { ConnectionOptions } from '../upstream/connector.ts';
import { readAuthority, readCertificates } from './authority.ts';
import { ConfigError } from './file.ts';
import { readSecretFile } from './secret-file.ts';

interface Reached {
  readonly name: string;
  readonly url: string;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly proxy?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the files that a provider names. Throws ConfigError. */
export function readConnection(provider: Reached, environment: Environment = process.env): ConnectionOptions {
  const { name, url, cert, key, proxy } = provider;
  const place = `providers (${name})`;
  const read = key === undefined ? null : readSecretFile(key);
  if (read && 'fault' in read) throw new ConfigError([`${place}: key: ${read.fault}`]);
  return {
    ca: readAuthority(provider),
    cert: cert === undefined ? undefined : readCertificates(cert, `${place}: cert`),
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
