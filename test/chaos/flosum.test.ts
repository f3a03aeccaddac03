import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { describeChaos } from '../support/chaos.ts';
import { wholeDeadlines } from '../support/chaos-fixture.ts';

describeChaos({
  kind: 'flosum',
  backupType: 'FlosumBackup',
  entityType: 'SalesforceOrg',
  async open(options) {
    const sandbox = await startFlosumSandbox({ ...options, speed: 0, history: 20, demo: false, connections: 2 });
    sandbox.visibleAfterMs = 0;
    const [first, second = first] = sandbox.connections;
    const ended = sandbox.jobs.find(
      ({ jobStatus, connectionId }) => jobStatus === 'Completed' && connectionId === second?.id,
    );
    if (!first || !ended) throw new Error('The sandbox has no such job.');
    const id = `${ended.connectionId}.${ended.id}.${Date.parse(ended.startedDate)}`;
    return {
      sandbox,
      ids: { finished: id, logged: id, running: id, entity: String(first.id) },
      asked: () => sandbox.jobs.length,
      endSessions: null,
      isCancelled: () => false,
    };
  },
  isLogin: null,
  isLog: (path) => path.includes('/logs/'),
  isLogText: true,
  proves: { start: true, cancel: false },
  // A log is read to its end, however long that is, within the time of the whole request.
  patience: { log: wholeDeadlines },
  exceptions: [
    {
      fault: 'sends half a body',
      call: 'log',
      because: 'a stream that has begun is not asked for again',
      told: 'PROVIDER_UNAVAILABLE',
      tries: 1,
    },
    {
      fault: 'sends a byte at a time',
      call: 'log',
      because: 'a log that keeps coming has the time of the whole request',
      told: 'INCOMPLETE',
    },
  ],
});
