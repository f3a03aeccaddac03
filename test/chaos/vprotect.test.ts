import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { describeChaos } from '../support/chaos.ts';

describeChaos({
  kind: 'vprotect',
  backupType: 'VProtectBackup',
  entityType: 'VProtectEntity',
  async open(options) {
    const sandbox = await startVProtectSandbox({ ...options, speed: 0, history: 20, demo: false });
    // The faults cut and change answers, so there must be something in them.
    sandbox.printsBodies = true;
    sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0, cancelSeconds: 0 });
    const { backup } = sandbox.startOutside(vprotectGuid('machine', 2));
    sandbox.clock.advance(5_000);
    return {
      sandbox,
      ids: { finished: vprotectGuid('backup', 5), logged: '', running: backup, entity: vprotectGuid('machine', 1) },
      asked: () => sandbox.tasks.filter(({ type }) => JSON.stringify(type).includes('EXPORT')).length,
      endSessions: () => sandbox.expireSessions(),
      isCancelled: (id) => sandbox.backups.find(({ guid }) => guid === id)?.status === 'FAILED',
    };
  },
  isLogin: (method, path) => method === 'POST' && path === '/api/session/login',
  isLog: () => false,
  proves: { start: true, cancel: true },
  exceptions: ['sends wrong types', 'leaves fields out'].flatMap((fault) => [
    { fault, call: 'cancel', because: 'what became of a cancel is read from its tasks', told: 'SUCCEEDED' },
    { fault, call: 'edit', because: 'the answer to an edit is not needed, which is read again', told: 'ANSWER' },
    { fault, call: 'login', because: 'a session is a cookie, and nothing in the body', told: 'ANSWER' },
  ]),
});
