import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { describeChaos } from '../support/chaos.ts';

describeChaos({
  kind: 'borg',
  backupType: 'BorgBackup',
  entityType: 'BorgRepository',
  async open(options) {
    const sandbox = await startBorgSandbox({ ...options, speed: 0, history: 20, demo: false, manualLimit: 2 });
    const running = sandbox.startOutside('/backups/research', { script: { durationSeconds: 1000 } });
    sandbox.clock.advance(5_000);
    const logged = sandbox.jobs.find(({ status }) => status === 'failed')?.id ?? 0;
    return {
      sandbox,
      ids: { finished: '5', logged: String(logged), running: String(running), entity: '/backups/accounting' },
      asked: () => sandbox.jobs.length,
      endSessions: () => sandbox.expireTokens(),
      isCancelled: (id) => sandbox.jobs.find((job) => String(job.id) === id)?.status === 'cancelled',
    };
  },
  isLogin: (method, path) => method === 'POST' && path === '/api/auth/login',
  isLog: (path) => path.endsWith('/logs') || path.endsWith('/stream'),
  proves: { start: false, cancel: true },
  // Stopping may take as long as three reads.
  patience: { cancel: 3 },
  exceptions: [
    ...['leaves fields out', 'sends wrong types'].map((fault) => ({
      fault,
      call: 'cancel' as const,
      because: 'nothing in the answer to a cancel is needed',
      told: 'SUCCEEDED',
    })),
    {
      fault: 'leaves fields out',
      call: 'login',
      because: 'a login without a token asks for a second factor',
      told: 'PROVIDER_UNAUTHENTICATED',
    },
  ],
});
