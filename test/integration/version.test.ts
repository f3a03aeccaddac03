/** Which version runs: `--version` and `GET /version`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aToken, startGateway } from '../support/gateway.ts';
import { start } from '../support/process.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('--version', () => {
  it('prints name, version and the commit that was built', async () => {
    await using running = start(['--version']);
    expect(await running.ended).toBe(0);
    expect(running.stdout()).toMatch(/^backplane \S+( \([\da-f]{12}\))?\n$/);
    expect(running.stdout()).toContain(`backplane ${version}`);
  });
});

describe('GET /version', () => {
  it('answers the same as JSON', async () => {
    await using running = start(['--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    const response = await fetch(`${origin}/version`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      name: 'backplane',
      version,
      commit: expect.toSatisfy((commit: unknown) => commit === null || /^[\da-f]{12}$/.test(String(commit))),
    });
    expect((await fetch(`${origin}/version`, { method: 'POST' })).status).toBe(405);
    expect(await (await fetch(`${origin}/version`, { method: 'HEAD' })).text()).toBe('');
  });

  it('asks for the credentials that all else needs, for a version tells of known faults', async () => {
    const providers = [{ name: 'a', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' }];
    await using gateway = startGateway({ providers, auth: { tokens: [aToken('anna')] } });
    const url = `${await gateway.listen()}/version`;
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain(version);
    const allowed = await fetch(url, { headers: { authorization: 'Bearer anna' } });
    expect(await allowed.json()).toMatchObject({ version });
  });
});
