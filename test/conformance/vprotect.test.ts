import { vprotect } from '../../providers/vprotect/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { describeProvider } from './index.ts';

const backups = 25;

describeProvider('vprotect', {
  product: vprotect,
  async start(options) {
    const sandbox = await startVProtectSandbox(options);
    // The faults cut and change answers, so there must be something in them; commands.edit.test.ts has the empty ones.
    sandbox.printsBodies = true;
    return sandbox;
  },
  backups,
  underWay: 4,
  runningBackup: vprotectGuid('backup', backups + 1),
  finishedBackup: vprotectGuid('backup', 5),
  loggedBackup: null,
  entity: vprotectGuid('machine', 1),
  unknownBackup: 'ffffffff-0000-4000-8000-000000000001',
  unknownEntity: 'ffffffff-0000-4000-8000-000000000002',
  secondStart: 'accepted',
  isLogin: (method, path) => method === 'POST' && path === '/api/session/login',
  wrongCredentials: { password: 'wrong' },
  requestsFor50Ids: 5,
  createSettings: { type: 'INCREMENTAL', priority: 70 },
  wrongCreateSettings: [
    { colour: 'red' },
    { type: 'SYNTHETIC' },
    { priority: 101 },
    { priority: 1.5 },
    { destinationGuid: '../../..' },
    { ruleGuids: [] },
    { destinationGuid: vprotectGuid('destination', 1), ruleGuids: [vprotectGuid('rule', 1)] },
  ],
});
