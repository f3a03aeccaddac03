/** The commands that need the whole gateway, which is one file of the bundle. */
export { run as check } from './check.ts';
export { run as configPrint } from './config-print.ts';
export { run as configSchema } from './config-schema.ts';
export { run as configuration } from './configuration.ts';
export { run as healthcheck } from './healthcheck.ts';
export { run as historyStatus } from './history-status.ts';
export { run as sandbox } from './sandbox.ts';
export { run as schema } from './schema.ts';
export { run as serve } from './serve.ts';
export { run as storageBackup } from './storage-backup.ts';
export { run as storageCheck } from './storage-check.ts';
export { run as storageCopy } from './storage-copy.ts';
export { run as storageMigrate } from './storage-migrate.ts';
export { run as subgraph } from './subgraph.ts';
export { run as token } from './token.ts';
