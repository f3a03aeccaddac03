import { createFlosumProvider, flosum } from '../../providers/flosum/index.ts';
import type { FlosumSandboxOptions } from '../../providers/flosum/sandbox/contract.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import type { FlosumJob } from '../../providers/flosum/sandbox/jobs.ts';
import { describeProvider } from './index.ts';

// Ids hold the time of a start, so the same sandbox has to have the same times.
const start = (options: FlosumSandboxOptions) =>
  startFlosumSandbox({ ...options, now: Date.parse('2026-11-22T10:00:00Z') });

async function idOf(isMeant: (job: FlosumJob) => boolean): Promise<string> {
  await using sandbox = await start({ speed: 0, history: 25 });
  const job = sandbox.jobs.find(isMeant);
  if (!job) throw new Error('The sandbox has no such job.');
  return `${job.connectionId}.${job.id}.${Date.parse(job.startedDate)}`;
}

const ended = await idOf(
  ({ jobStatus, operationType }) => jobStatus === 'Completed' && !operationType.includes('Import'),
);

describeProvider('flosum', {
  // The clock of the sandbox stands still, so that waiting for a started backup to show would be in vain.
  product: { ...flosum, create: (config) => createFlosumProvider(config, { looksAfterMs: [1, 1] }) },
  start,
  backups: 25,
  underWay: 3,
  runningBackup: await idOf(({ jobStatus }) => jobStatus === 'In Progress'),
  finishedBackup: ended,
  loggedBackup: ended,
  entity: '7',
  unknownBackup: '7.4711.1790000000000',
  unknownEntity: '4711',
  secondStart: 'refused',
  isLogin: null,
  wrongCredentials: { token: 'wrong' },
  requestsFor50Ids: 6,
  createSettings: { mode: 'TEMPLATE', templateId: 3, settings: { includeTagObjects: false } },
  wrongCreateSettings: [
    { colour: 'red' },
    { mode: 'TEMPLATE' },
    { templateId: 3 },
    { mode: 'TEMPLATE', templateId: 'three' },
    { mode: 'HALF' },
    { settings: { includeEverything: true } },
    { settings: { includeMetadata: 'yes' } },
  ],
});
