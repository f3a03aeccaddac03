/**
 * The composition root: configuration -> providers -> catalog -> schema -> HTTP and WebSocket. One file, since the order in
 * which parts start and close is read as a whole.
 */

import type { GraphQLSchema } from 'graphql';
import type { Product, ProviderContext } from '../providers/product.ts';
import { decodeId } from '../schema/ids.ts';
import { createSchema } from '../schema/index.ts';
import { createReadReport } from '../schema/report-parameters.ts';
import { createRowIds } from '../schema/row-ids.ts';
import { openAuditStore } from './audit/audit.ts';
import { createAuditor } from './audit/auditor.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { createAuthenticateRequest, type LoginRates } from './auth/authentication.ts';
import { createLinks } from './auth/links.ts';
import { createLiveAuth } from './auth/live-auth.ts';
import { logRefusals } from './auth/refusals.ts';
import { createCatalog } from './catalog/catalog.ts';
import { createLedger } from './commands/ledger.ts';
import type { Ledger } from './commands/ledger-contract.ts';
import { openStore } from './commands/store.ts';
import { isOn } from './config/browsers.ts';
import type { Config } from './config/config.ts';
import { expectationOf } from './config/expectations.ts';
import { live } from './config/live.ts';
import { readTls } from './config/tls.ts';
import type { GatewayError } from './core/errors.ts';
import { observeProvider } from './core/observe-provider.ts';
import { observer } from './core/observer.ts';
import type { Provider } from './core/provider.ts';
import { type RequestScope, toLogFields } from './core/request-scope.ts';
import { isTracing } from './core/tracing.ts';
import { createHistory, type RunningHistory } from './history/history.ts';
import { createObservedState } from './lists/observed-state.ts';
import { createReadCache } from './lists/read-cache.ts';
import { metricsSources, observeErrors } from './metrics-sources.ts';
import { createLog, type Log } from './observability/log.ts';
import type { Metrics, MetricsSources } from './observability/metrics/metrics.ts';
import { createRepeatedLines } from './observability/repeated-lines.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import { createFirstReads } from './polling/first-reads.ts';
import { createHub, type Hub } from './polling/hub.ts';
import {
  createProviderRegistry,
  type ProviderChanges,
  type ProviderRegistry,
  removedError,
} from './provider-registry.ts';
import { authFiles, type Reloaded, reload } from './reload.ts';
import { changesLog } from './replay/changes-log.ts';
import { createPollRights, createWatchRights } from './replay/poll-rights.ts';
import { openReplayStore } from './replay/replay-file.ts';
import { createPruning } from './replay/replay-pruning.ts';
import { createSharedChanges } from './replay/shared-changes.ts';
import { createSharedLogs } from './replay/shared-logs.ts';
import { startingFrom, whileOpening } from './storage/database.ts';
import { createLinkKey } from './storage/link-key.ts';
import { pollTopic } from './storage/notices.ts';
import type { Replica } from './storage/replicas.ts';
import { createSharedFailures } from './storage/shared-failures.ts';
import { createSharedRate } from './storage/shared-rate.ts';
import { createSlicedRate } from './storage/sliced-rate.ts';
import type { Storage } from './storage/started-storage.ts';
import { openStorage } from './storage/storage.ts';
import { readDashboardDocuments } from './transport/http/dashboard-files.ts';
import { createServer, type GatewayServer } from './transport/server.ts';
import { createCallerOf } from './transport/shared/caller.ts';
import { createDocuments } from './transport/shared/documents.ts';
import { createPublicError } from './transport/shared/public-error.ts';
import { availability } from './upstream/availability.ts';
import { causeCodeOf } from './upstream/unreachable.ts';
import { version } from './version.ts';

export interface App extends AsyncDisposable {
  readonly schema: GraphQLSchema;
  /** Those of the current configuration. */
  readonly providers: readonly Provider[];
  readonly hub: Hub;
  readonly log: Log;
  readonly server: GatewayServer;
  /** Null unless configured. */
  readonly metrics: Metrics | null;
  /** Answers a request without a port, as the server would. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Applies another configuration. Throws ConfigError before anything has changed. */
  reload(config: Config): Reloaded;
  /** Resolves when what an earlier process left is known, and is reconciled. Rejects with LedgerError if it cannot be. */
  readonly started: Promise<void>;
  /** Stops taking work, lets what runs end (at most 5 s), and closes everything. */
  close(): Promise<void>;
}

export interface AppOptions {
  /** Who somebody is, where that is known otherwise than by the configuration. */
  readonly authenticate?: Authenticate | undefined;
  /** The configured systems are pretended ones. */
  readonly isSandbox?: boolean;
  /** The ledger's database, opened by the caller; `close` closes it. It is opened without a wait unless given. */
  readonly storage?: Storage;
  /** Where refused logins are remembered; in the ledger's database unless given. */
  readonly providerContext?: ProviderContext;
  /** Backups of the products are stored, unless the configuration says otherwise. */
  readonly keepsHistory?: boolean;
  /** Providers are asked once and the results are printed: the log does not repeat them. */
  readonly isCheck?: boolean;
  /** From `openMetrics`; metrics are off without it. */
  readonly metrics?: ((sources: MetricsSources) => Metrics) | null | undefined;
  /** From `openTracing`; nothing is traced without it. */
  readonly tracing?: ((log: Log) => Tracing) | null | undefined;
}

export function createApp(config: Config, products: readonly Product[], options: AppOptions = {}): App {
  const { authenticate, isSandbox = false, isCheck = false, keepsHistory = false } = options;
  const log = createLog(config.log.level, config.log.format);
  const tracing = options.tracing?.(log) ?? null;
  const refusals = createRepeatedLines(log, 'not admitted');
  const onAvailability = (provider: string, error: GatewayError | null, request: RequestScope | null) => {
    if (error) {
      const { code, message: reason } = error;
      const fields = { ...toLogFields(request), provider, code, reason, cause: causeCodeOf(error) };
      log.warn(fields, 'a provider cannot be reached');
    } else log.info({ ...toLogFields(request), provider }, 'a provider answers again');
  };
  if (!isCheck) availability.on('change', onAvailability);
  let current = config;
  const limits = live(() => current.limits);
  const auth = createLiveAuth(config.auth, authFiles(config.auth), log);
  const documents = createDocuments(config.documents, config.server.dashboard ? readDashboardDocuments : () => [], log);
  const storage = options.storage ?? openStorage(config.storage.url);
  const { file, database, health, retention } = storage;
  storage.onChange((failure) => {
    if (failure) log.error({ err: failure.cause, reason: failure.message }, 'the database cannot be used');
    else log.info('the database can be used again');
  });
  const store = openStore(storage);
  const observed = createObservedState();
  const context = options.providerContext ?? { refusedCredentials: storage.refusedCredentials, isRetry: false };
  const awaited = new Set<string>();
  const observing = (provider: Provider) => (observer() || isTracing() ? observeProvider(provider) : provider);
  const cacheMs = new Map<string, number>();
  const { replica } = storage;
  const liveReplicas = () => replica?.live ?? 1;
  const keptMs = (name: string) => cacheMs.get(name) ?? 0;
  const readCache = createReadCache(keptMs, (name) => replica?.notices.tellNow('command', name) ?? Promise.resolve());
  replica?.notices.onNotice((notice) => {
    if (notice === null || notice.topic === pollTopic) readCache.drop(null);
    else if (notice.topic === 'command') readCache.drop(notice.of);
  });
  const registry: ProviderRegistry = createProviderRegistry(config.providers, {
    products,
    observing,
    context,
    store,
    observed,
    awaited,
    readCache,
    cacheMs,
    liveReplicas,
    hasPending: (name) => ledger.hasPending(name),
  });
  const { streams } = config;
  const maxAgeMs = streams.replayHours * 3_600_000;
  const bounds = { retention, maxBytes: streams.replayTotalBytes, maxAgeMs, pinned: changesLog };
  const replay = whileOpening(file, () =>
    openReplayStore({
      // Several gateways share their logs, which are not read from here.
      file: replica ? ':memory:' : file,
      rows: storage.replayRows,
      database,
      health,
      ...bounds,
      onBug: (error) => log.error({ err: error }, 'the replay log could not be written'),
    }),
  );
  const hub = createHub(
    {
      fastMs: streams.fastSeconds * 1000,
      slowMs: streams.slowSeconds * 1000,
      logLimits: { maxLines: streams.replayLines, maxBytes: streams.replayBytes },
      maxLogBytes: streams.replayTotalBytes,
      changeLimits: { maxChanges: streams.replayChanges, maxBytes: streams.replayBytes, maxAgeMs },
      store: replay,
      sharing: replica && {
        changes: createSharedChanges({ database, health, replica, log: changesLog }),
        rights: createPollRights(replica, health),
        logs: createSharedLogs({ database, health, replica, pruning: createPruning({ database, ...bounds }) }),
        watches: createWatchRights(replica, health),
      },
      onBug: (error) => log.error({ err: error }, 'unexpected error while polling'),
    },
    observed,
  );
  const onLedgerBug = (error: unknown) => log.error({ err: error }, 'unexpected error in the ledger');
  const ledger: Ledger = createLedger({
    store,
    retention,
    provider: (name) => registry.findLeaving(name),
    answerWithinMs: config.ledger.answerWithinSeconds * 1000,
    awaited,
    lookMs: { first: 500, longest: 15_000 },
    lostForMs: config.ledger.reconcileSeconds * 1000,
    onStarted: (provider, backupId, { id, requestedAt }) =>
      hub.follow(provider, backupId, requestedAt, () => void ledger.noteEnd(id).catch(onLedgerBug)),
    onShownRefused: (provider, backup) => hub.changed(provider, backup),
    onBug: onLedgerBug,
  });
  const onAuditBug = (error: unknown) => log.error({ err: error }, 'the audit log could not be written');
  const auditor = createAuditor({
    store: openAuditStore({ storage, retention, onBug: onAuditBug }),
    onCommand: (line) => log.info(line, 'command'),
    onBug: onAuditBug,
  });
  const started = startingFrom(file, () => Promise.all([auditor.resume(), ledger.resume()]), replica !== null);
  // Requests that come before wait for it, and tell of its failure.
  started.catch(() => undefined);
  const { off, ...historySettings } = config.history;
  const history: RunningHistory | null =
    isCheck || (off ?? !keepsHistory)
      ? null
      : createHistory({
          ...historySettings,
          storage,
          providers: () => registry.providers,
          ...(storage.replica ? termsOf(storage.replica) : {}),
          onBug: (error) => log.error({ err: error }, 'unexpected error while reading the history'),
        });
  const stopHistory = history && followChanges(hub, history);
  const firstReads = createFirstReads();
  const listTimeoutMs = (name: string) => (registry.configOf(name)?.timeoutSeconds ?? 10) * 1000;
  const catalogFor = createCatalog({
    get providers() {
      return registry.cached;
    },
    fresh: (provider) => registry.find(provider.name) ?? provider,
    hub,
    observed,
    ledger,
    auditor,
    listTimeoutMs,
    expectationOf: (name, entityId) => {
      const provider = registry.configOf(name);
      return provider ? expectationOf(provider, entityId) : null;
    },
    limitsOf: (name) => {
      const provider = registry.configOf(name);
      return provider ? { ...provider, ...provider.limits } : null;
    },
    retryMs: streams.slowSeconds * 1000,
    firstReads,
    history,
  });
  const sharedRate = (of: string, perMinute: () => number) => createSharedRate({ database, health, of, perMinute });
  const sharedRates = ({ notices }: Replica): LoginRates => ({
    requests: createSlicedRate({
      rate: sharedRate('requests', () => limits.requestsPerMinute),
      perMinute: () => limits.requestsPerMinute,
      gateways: liveReplicas,
    }),
    failures: createSharedFailures(
      sharedRate('failed logins', () => limits.failedLoginsPerMinute),
      notices,
    ),
  });
  const schema = schemaOf(products);
  const server = createServer({
    schema,
    catalogFor,
    findRef: decodeId,
    readReport: createReadReport(schema),
    rowIds: createRowIds(products.map((product) => product.schema)),
    authenticateRequest: logRefusals(
      createAuthenticateRequest(authenticate ?? auth.authenticate, limits, replica ? sharedRates(replica) : undefined),
      refusals,
    ),
    links: createLinks(createLinkKey(storage), auth),
    authRequired: config.auth !== null,
    callerOf: createCallerOf(
      config.server.trustedProxies,
      config.server.forwardedHeader,
      config.server.socket !== null,
    ),
    toPublicError: observeErrors(createPublicError(log, isOn(config.server.introspection, config.auth !== null))),
    documents,
    readCache,
    log,
    host: config.server.host,
    publicUrl: config.server.publicUrl,
    basePath: config.server.basePath ?? '',
    browsers: config.server,
    clients: config.server.clients,
    tls: config.server.tls && readTls(config.server.tls),
    socket:
      config.server.socket === null
        ? null
        : { path: config.server.socket, mode: Number.parseInt(config.server.socketMode, 8) },
    compression: config.server.compression,
    keepAliveSeconds: config.server.keepAliveSeconds,
    notReady: () => [
      ...(auth.isReady() ? [] : ['starting: the keys of auth.jwt.jwksUrl have not been read yet']),
      ...[health.failure()?.message ?? []].flat(),
    ],
    limits,
    mutations: replica && sharedRate('mutations', () => limits.mutationsPerMinute),
    version,
    identityProvider: () => current.auth?.jwt ?? null,
    isSandbox,
  });

  const metrics =
    options.metrics?.(
      metricsSources({ log, providers: () => registry.providers, catalogFor, listTimeoutMs, hub, health }),
    ) ?? null;

  async function close(): Promise<void> {
    await started.catch(() => undefined);
    await server.close();
    await metrics?.close();
    refusals.close();
    availability.off('change', onAvailability);
    hub.close();
    stopHistory?.();
    await history?.close();
    await ledger.close();
    await auditor.close();
    await replay.close();
    await storage.close();
    await Promise.all([auth.close(), registry.close()]);
    await tracing?.close();
  }

  function applied(next: Config, changes: ProviderChanges): void {
    current = next;
    log.level = next.log.level;
    server.forgetLimits();
    history?.reconfigure();
    hub.reconfigure(new Map(changes.removed.map((name) => [name, removedError(name)])), registry.gone);
    for (const name of changes.added) void ledger.resumeAt(name).catch(onLedgerBug);
  }
  return {
    schema,
    get providers() {
      return registry.providers;
    },
    hub,
    log,
    server,
    metrics,
    fetch: server.fetch,
    reload(next) {
      // The files may have changed; other files need a restart.
      const tls = config.server.tls && readTls(config.server.tls);
      const reloaded = reload(next, { started: config, current: () => current, registry, auth, documents, applied });
      if (tls) server.renewCertificate(tls);
      return reloaded;
    },
    started,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One of the replicas reads the history of a provider. */
const termsOf = ({ leases }: Replica) => ({
  async holdTerm(provider: string, forMs: number) {
    const held = await leases.hold(`history ${provider}`, forMs);
    return held.isHolder ? held.lease.epoch : null;
  },
  endTerm: (provider: string, epoch: number) => leases.release({ name: `history ${provider}`, epoch }),
});

/** Reads the history of a provider when its backups change. Returns a function that stops it. */
function followChanges({ changes }: Hub, history: RunningHistory): () => void {
  let seen = changes.lastSeq;
  return changes.onAppend(() => {
    for (; seen < changes.lastSeq; seen++) {
      const change = changes.after(seen, []);
      if (change && change.type !== 'evicted') history.changed(change.provider);
    }
  });
}

/** Schemas know nothing of a configuration: gateways of one process over the same products share one. */
const schemas = new WeakMap<readonly Product[], GraphQLSchema>();

function schemaOf(products: readonly Product[]): GraphQLSchema {
  const known = schemas.get(products);
  if (known) return known;
  const schema = createSchema(products.map((product) => product.schema));
  schemas.set(products, schema);
  return schema;
}
