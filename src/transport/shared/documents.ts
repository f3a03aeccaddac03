/**
 * The document of an operation, on every transport, before it is parsed: sent as text, or looked up by its hash among
 * trusted documents and automatic persisted queries.
 */
import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { type DocumentSettings, type Manifest, readManifest } from '../../config/documents.ts';
import type { Immutable } from '../../config/immutable.ts';
import { GatewayError } from '../../core/errors.ts';
import { type RequestScope, toLogFields } from '../../core/request-scope.ts';
import { toPlainName } from '../../core/unicode.ts';
import type { Log } from '../../observability/log.ts';
import type { OperationContext } from './operation-context.ts';

type Settings = Immutable<DocumentSettings>;

export interface Params {
  readonly query?: unknown;
  readonly operationName?: unknown;
  /** Of GraphQL over HTTP: `sha256:HASH`, or the id in the manifest. */
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export interface Documents {
  /** The text to execute; null if the client has sent neither a text nor an id. Throws what the client is told. */
  resolve(params: Params, request: RequestScope | null): string | null;
  /** Reads the manifest of another configuration. Throws ConfigError; nothing changes before `commit`. */
  prepare(settings: Settings): { commit(): void };
}

/** Codes of Apollo's protocol, which are no error codes of the schema. */
export const persistedQueryCodes = ['PERSISTED_QUERY_NOT_SUPPORTED', 'PERSISTED_QUERY_NOT_FOUND'] as const;

/** Untrusted documents with a line in the log. */
const maxLogged = 1_000;

/** `own`: texts that the gateway itself sends, as its dashboard does: they are trusted beside the manifest. Throws ConfigError. */
export function createDocuments(settings: Settings, own: () => readonly string[], log: Log): Documents {
  let current = load(settings, own);
  const logged = new Set<string>();

  function logUntrusted(text: string, operationName: unknown, request: RequestScope | null): void {
    if (logged.size > maxLogged) return;
    const sha256 = hashOf(text);
    if (logged.has(sha256)) return;
    logged.add(sha256);
    if (logged.size > maxLogged) {
      log.warn({ logged: maxLogged }, 'more documents are not trusted, and are not logged until a restart');
      return;
    }
    const operation = typeof operationName === 'string' ? toPlainName(operationName.slice(0, 100)) : null;
    log.warn({ ...toLogFields(request), sha256, operation }, 'a document is not trusted');
  }

  /** Throws if no other documents are executed. */
  function allow(text: string, { operationName }: Params, request: RequestScope | null): string {
    if (current.mode === 'off' || current.texts.has(text)) return text;
    if (current.mode === 'only') {
      throw refusal(
        'FORBIDDEN',
        'Only trusted documents are executed here, and this one is not in the manifest of the gateway: add it there (documents.trusted in its configuration).',
        403,
      );
    }
    logUntrusted(text, operationName, request);
    return text;
  }

  function find(id: string, params: Params, request: RequestScope | null): string {
    const known = current.manifest.get(id);
    if (known !== undefined) return known;
    if (current.mode === 'only') {
      throw refusal(
        'FORBIDDEN',
        'Only trusted documents are executed here, and the manifest of the gateway has none with this id: add it there (documents.trusted in its configuration).',
        403,
      );
    }
    const kept = current.automatic?.get(id);
    if (kept !== undefined) return allow(kept, params, request);
    if (isApollo(params)) throw current.automatic ? notFound() : notSupported();
    throw refusal('BAD_USER_INPUT', 'There is no document with this documentId: send its text as "query".', 400);
  }

  /** Keeps the document of a client that asks for it. */
  function keep(text: string, params: Params): void {
    const { automatic } = current;
    const id = automatic && isApollo(params) ? idOf(params) : null;
    if (automatic === null || id === null || automatic.has(id)) return;
    if (id !== hashOf(text)) {
      const message =
        'extensions.persistedQuery.sha256Hash is not the SHA-256 of this document: hash the text that is sent as "query".';
      throw refusal('BAD_USER_INPUT', message, 400);
    }
    automatic.set(id, text);
  }

  return {
    resolve(params, request) {
      const { query } = params;
      if (typeof query === 'string' && query !== '') {
        const text = allow(query, params, request);
        keep(text, params);
        return text;
      }
      const id = query === undefined || query === null || query === '' ? idOf(params) : null;
      return id === null ? null : find(id, params, request);
    },
    prepare(next) {
      const loaded = load(next, own, current);
      return {
        commit() {
          current = loaded;
        },
      };
    },
  };
}

interface Loaded {
  readonly mode: 'only' | 'log' | 'off';
  readonly manifest: Manifest;
  /** A client may send a trusted document whole. With those of the dashboard. */
  readonly texts: ReadonlySet<string>;
  readonly limits: string;
  readonly automatic: LRUCache<string, string> | null;
}

function load({ trusted, automatic }: Settings, own: () => readonly string[], former: Loaded | null = null): Loaded {
  const read = trusted ? readManifest(trusted.file) : [];
  const manifest = new Map([...read].map(([id, text]) => [withoutScheme(id), text]));
  const limits = JSON.stringify(automatic);
  return {
    mode: trusted?.mode ?? 'off',
    manifest,
    texts: new Set(trusted ? [...manifest.values(), ...own()] : []),
    limits,
    automatic: former?.limits === limits ? former.automatic : automatic && createCache(automatic),
  };
}

const createCache = ({ entries, bytes }: NonNullable<Settings['automatic']>): LRUCache<string, string> =>
  new LRUCache({ max: entries, maxSize: bytes, sizeCalculation: (text, id) => Buffer.byteLength(text) + id.length });

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const withoutScheme = (id: string): string => id.replace(/^sha256:/, '');

const maxIdLength = 200;

/** On a WebSocket, clients that add no keys of their own have only `extensions`. */
function idOf({ documentId, extensions }: Params): string | null {
  const more = asMap(extensions);
  const given = documentId ?? asMap(more['persistedQuery'])['sha256Hash'] ?? more['documentId'];
  return typeof given === 'string' && given !== '' && given.length <= maxIdLength ? withoutScheme(given) : null;
}

/** The client speaks the protocol of automatic persisted queries. */
const isApollo = ({ documentId, extensions }: Params): boolean =>
  (documentId ?? null) === null && typeof asMap(asMap(extensions)['persistedQuery'])['sha256Hash'] === 'string';

const asMap = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** 200, as Apollo Server answers: some clients read no body of another status. */
const ofApollo = (message: string, code: (typeof persistedQueryCodes)[number]): GraphQLError =>
  new GraphQLError(message, { extensions: { code, retryable: false, http: { status: 200 } } });

/** The client sends the document from then on. */
const notSupported = () => ofApollo('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
/** The client sends the document once, with its hash. */
const notFound = () => ofApollo('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');

const refusal = (code: 'FORBIDDEN' | 'BAD_USER_INPUT', message: string, status: number): GraphQLError =>
  new GraphQLError(message, {
    originalError: new GatewayError(code, message),
    extensions: { http: { status } },
  });

/** Over HTTP; `ws/operations.ts` does the same for an operation on a socket. */
export const lookUpDocuments = (documents: Documents): Plugin<OperationContext> => ({
  onParams({ params, setParams, context }) {
    if (typeof params !== 'object' || params === null) return;
    // Yoga refuses parameters that it does not know.
    const { documentId: _id, ...others } = params as typeof params & { documentId?: unknown };
    const query = documents.resolve(params, (context as OperationContext).caller ?? null);
    if (query !== null && query !== params.query) setParams({ ...others, query });
    else if ('documentId' in params) setParams(others);
  },
});
