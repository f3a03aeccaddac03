/** What an orchestrator is told while products are down: that the gateway lives and listens, and nothing else. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { hangs } from '../support/faults.ts';
import { aToken, startGateway } from '../support/gateway.ts';
import { pointAt } from '../support/point-at.ts';

describe.each(['/health/live', '/health/ready'])('GET %s', (path) => {
  it('is ok, without a token and without a word of providers, while one is gone and one hangs', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, history: 5, demo: false });
    await using gone = await startFaultProxy(sandbox.url);
    await using hanging = await startFaultProxy(sandbox.url);
    const config = (proxy: { url: string }) => pointAt(sandbox.config, sandbox.url, proxy.url) as object;
    await using gateway = startGateway({
      providers: [
        { ...config(gone), name: 'gone', limits: { breakerMinimumCalls: 1 } },
        { ...config(hanging), name: 'hanging', timeoutSeconds: 30 },
      ],
      auth: { tokens: [aToken('dashboard')] },
    });
    await gone.close();
    const fault = hanging.fail(hangs());
    const origin = await gateway.listen();
    const reading = gateway.as('dashboard').askText('{ backups(first: 5) { problems { code } } }');
    await fault.untilHit();
    const response = await fetch(origin + path);
    expect([response.status, (await response.text()).trim()]).toEqual([200, 'ok']);
    // The hanging one was not waited for, nor asked for this.
    expect(fault.hits).toBe(1);
    await hanging.close();
    await reading;
  });

  it('is no longer answered once the gateway has stopped', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, history: 5, demo: false });
    await using gateway = startGateway({ providers: [sandbox.config] });
    const origin = await gateway.listen();
    await gateway.app.close();
    await expect(fetch(origin + path)).rejects.toThrow();
  });
});
