import { labii } from '../../providers/labii/index.ts';
import type { LabiiSandboxOptions } from '../../providers/labii/sandbox/contract.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { describeProvider } from './index.ts';

/** v1 answers a start when the backup is over: here that is at once. */
async function start(options: LabiiSandboxOptions) {
  const sandbox = await startLabiiSandbox(options);
  sandbox.postDurationMs = 0;
  return sandbox;
}

const facts = {
  product: labii,
  backups: 25,
  runningBackup: null,
  finishedBackup: 'ogT19cVbe7x3L.bkPSDjJ458ij1',
  loggedBackup: null,
  entity: 'og4Rk2mPz81Qd',
  unknownBackup: 'og4Rk2mPz81Qd.bkNowhere0000',
  unknownEntity: 'ogNowhere0000',
  secondStart: 'accepted',
  wrongCredentials: { password: 'wrong' },
  impatient: { timeoutSeconds: 0.5, startTimeoutSeconds: 0.5 },
  requestsFor50Ids: 50,
} as const;

// What is particular about v1 has tests of its own beside this one.
if (isNightly) {
  describeProvider('labii, v1', {
    ...facts,
    start,
    underWay: 0,
    isLogin: (method, path) => method === 'POST' && path === '/v1/accounts/auth/',
  });
} else leftToNightly('conformance of labii, v1', 'here one generation of its API meets the whole suite');

describeProvider('labii, the current generation', {
  ...facts,
  start: (options) => start({ ...options, generation: 'current' }),
  underWay: 1,
  isLogin: (method, path) => method === 'POST' && path === '/accounts/auth/',
});
