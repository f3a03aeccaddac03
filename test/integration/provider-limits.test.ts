/** `Provider.limits`: what the configuration says, and its defaults. */
import { expect, it } from 'vitest';
import { startBorgGateway, startGateway } from '../support/gateway.ts';

const text = '{ providers { limits { requests downloads commands queue timeoutSeconds cacheSeconds } } }';

it('says how much is sent to a provider at once, as configured or by default', async () => {
  await using gateway = await startBorgGateway();
  const config = gateway.sandbox.config;
  expect(await gateway.askText(text)).toMatchObject({
    data: {
      providers: [{ limits: { requests: 16, downloads: 4, commands: 4, queue: 200, timeoutSeconds: 10 } }],
    },
  });
  const changed = { ...config, timeoutSeconds: 7.5, cacheSeconds: 3, limits: { requests: 3, queue: 0 } };
  await using other = startGateway({ providers: [changed] });
  expect(await other.askText(text)).toMatchObject({
    data: {
      providers: [
        { limits: { requests: 3, downloads: 4, commands: 4, queue: 0, timeoutSeconds: 7.5, cacheSeconds: 3 } },
      ],
    },
  });
});
