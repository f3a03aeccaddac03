import { borg } from '../../providers/borg/index.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { describeProvider } from './index.ts';

describeProvider('borg', {
  product: borg,
  start: startBorgSandbox,
  backups: 25,
  underWay: 4,
  runningBackup: '26',
  finishedBackup: '5',
  loggedBackup: '21',
  entity: '/backups/accounting',
  unknownBackup: '4711',
  unknownEntity: '/backups/nowhere',
  secondStart: 'refused',
  isLogin: (method, path) => method === 'POST' && path === '/api/auth/login',
  wrongCredentials: { password: 'wrong' },
  requestsFor50Ids: 3,
});
