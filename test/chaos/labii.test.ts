import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { describeChaos } from '../support/chaos.ts';

describeChaos({
  kind: 'labii',
  backupType: 'LabiiBackup',
  entityType: 'LabiiOrganization',
  async open(options) {
    const organizations = [
      { sid: 'og4Rk2mPz81Qd', name: 'Quist Protein Lab' },
      { sid: 'ogT19cVbe7x3L', name: 'Harbour Diagnostics' },
    ];
    const fixture = { ...options, organizations, speed: 0, history: 20, demo: false, generation: 'current' } as const;
    const sandbox = await startLabiiSandbox(fixture);
    sandbox.postDurationMs = 0;
    const finished = `ogT19cVbe7x3L.${sandbox.addFinished({ organizationSid: 'ogT19cVbe7x3L' })}`;
    return {
      sandbox,
      ids: { finished, logged: finished, running: finished, entity: 'og4Rk2mPz81Qd' },
      asked: () => sandbox.billed,
      endSessions: () => sandbox.expireTokens(),
      isCancelled: () => false,
    };
  },
  isLogin: (method, path) => method === 'POST' && path === '/accounts/auth/',
  isLog: () => false,
  proves: { start: false, cancel: false },
  exceptions: [
    {
      fault: 'leaves fields out',
      call: 'login',
      because: 'a login without a token asks for a second factor',
      told: 'PROVIDER_UNAUTHENTICATED',
    },
  ],
});
