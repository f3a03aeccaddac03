/** The sections of a configuration besides `providers`, each with its schema and its defaults. */
import { authSettings } from './auth.ts';
import { documentSettings } from './documents.ts';
import { historySettings } from './history.ts';
import { ledgerSettings } from './ledger.ts';
import { limits } from './limits.ts';
import { logSettings } from './log.ts';
import { metricsSettings } from './metrics.ts';
import { serverSettings } from './server.ts';
import { storageSettings } from './storage.ts';
import { streamSettings } from './streams.ts';
import { tracingSettings } from './tracing.ts';

export const sections = {
  server: serverSettings.prefault({}).describe('Where the gateway listens, and what its clients may do.'),
  auth: authSettings.describe(
    'Who may send requests. `none`, the default: everyone who reaches the gateway, which must then listen on a loopback address.',
  ),
  limits: limits
    .prefault({})
    .describe(
      'What one operation may cost, on every transport, and how many operations may run. "Each viewer" is each client address where requests need no authentication. What exceeds a limit is refused.',
    ),
  documents: documentSettings
    .prefault({})
    .describe('Documents that clients send by their hash, and whether others are executed, on every transport.'),
  streams: streamSettings
    .prefault({})
    .describe(
      'How often providers are polled for subscriptions, and what a stream can resume from. Replay logs are stored in `storage.url`, so that a stream also resumes after a restart.',
    ),
  storage: storageSettings.prefault({}).describe('The database of the gateway.'),
  ledger: ledgerSettings.prefault({}).describe('How commands whose answers were lost are reconciled.'),
  history: historySettings
    .prefault({})
    .describe('Backups of all products in the database, read in the background, for questions over months.'),
  log: logSettings.prefault({}).describe('What the gateway logs.'),
  metrics: metricsSettings.describe(
    'Metrics for Prometheus, on a listener of their own. Off unless the section is there; `metrics: {}` uses the defaults.',
  ),
  tracing: tracingSettings.describe(
    'Traces for a collector of OpenTelemetry, over HTTP. Off unless the section is there.',
  ),
};
