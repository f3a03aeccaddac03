/** Section `storage`: the database in which commands, the audit log and replay logs are stored. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { keepSecret } from '../core/secret-redaction.ts';

const expected =
  'expected file:PATH for an SQLite file, postgres://USER:PASSWORD@HOST:PORT/DATABASE for PostgreSQL, or :memory:';

const expectedServer = 'expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, the address of the server itself';

const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

function isValid(url: string): boolean {
  if (url === ':memory:' || /^file:./.test(url)) return true;
  return isServer(url);
}

function isServer(url: string): boolean {
  if (!isPostgres(url) || !URL.canParse(url)) return false;
  const { host, pathname, searchParams } = new URL(url);
  return (host !== '' || searchParams.has('host')) && pathname.length > 1;
}

/** The password is redacted from errors and logs, as it is written and as it is meant. */
function keepPassword(url: string): string {
  if (!isPostgres(url) || !URL.canParse(url)) return url;
  const { password } = new URL(url);
  keepSecret(password);
  try {
    keepSecret(decodeURIComponent(password));
  } catch {
    // Not an encoded text: it is meant as it is written.
  }
  return url;
}

export const storageSettings = z
  .strictObject({
    url: z
      .string()
      .default(':memory:')
      .refine(isValid, { error: expected })
      .transform(keepPassword)
      .describe(
        'Database of the gateway. Each command is recorded in it before it is sent, so that it is never sent twice; the audit log and the replay logs are in it as well. `file:PATH` is an SQLite file, and `postgres://USER:PASSWORD@HOST:PORT/DATABASE` is PostgreSQL 15 or newer. A file is used by one gateway at a time, PostgreSQL by several. `:memory:` keeps everything in memory: it is lost when the gateway ends.',
      ),
    listenUrl: z
      .string()
      .nullable()
      .default(null)
      .refine((url) => url === null || isServer(url), { error: expectedServer })
      .transform((url) => (url === null ? null : keepPassword(url)))
      .describe(
        'Where `url` leads to a pooler: the address of PostgreSQL itself, or of a pooler in session mode. Each gateway holds one connection to it, for its lock and for what other replicas tell. Without it, a gateway behind a pooler reads once a second what others have done.',
      ),
    takeoverSeconds: z
      .number()
      .min(1)
      .max(3600)
      .default(30)
      .describe(
        'Of several gateways on one PostgreSQL: seconds after which one that is silent is lost. Another one then looks up the outcome of its commands. A command that could not be sent for so long is not sent.',
      ),
  })
  .refine(({ url, listenUrl }) => listenUrl === null || isPostgres(url), {
    path: ['listenUrl'],
    error: 'only of PostgreSQL: storage.url is no postgres:// address',
  });

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Turns `ledger.file`, the older place of the setting, into `storage.url`, whose path is relative to `folder`. Adds a
 * fault if both are given.
 */
export function withStorageUrl(raw: unknown, folder: string, faults: string[]): unknown {
  if (!isMap(raw)) return raw;
  const { ledger, storage } = raw;
  const url = isMap(storage) ? storage['url'] : undefined;
  const file = isMap(ledger) ? ledger['file'] : undefined;
  if (typeof file !== 'string' || file === '' || !isMap(ledger)) return withResolvedUrl(raw, url, folder);
  if (url !== undefined) {
    faults.push(
      'ledger.file: storage.url is given as well; remove ledger.file, which is the older way to name an SQLite file',
    );
    return raw;
  }
  if (storage !== undefined && storage !== null && !isMap(storage)) return raw;
  const { file: _, ...others } = ledger;
  const moved = { ...raw, ledger: others, storage };
  return withResolvedUrl(moved, file === ':memory:' ? file : `file:${file.replace(/^file:/, '')}`, folder);
}

function withResolvedUrl(raw: Readonly<Record<string, unknown>>, url: unknown, folder: string): unknown {
  if (typeof url !== 'string') return raw;
  const path = /^file:(?:\/\/(?=\/))?(.+)$/s.exec(url)?.[1];
  const resolved = path === undefined ? url : `file:${resolve(folder, path)}`;
  return { ...raw, storage: { ...(isMap(raw['storage']) ? raw['storage'] : {}), url: resolved } };
}
