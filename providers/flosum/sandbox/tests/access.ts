import { describe, expect, it } from 'vitest';
import { ask, orgs, start } from '../../../../test/support/flosum-sandbox.ts';

describe('the token', () => {
  it.each([
    `GET ${orgs}?page=1&limit=1`,
    `GET ${orgs}/7`,
    `GET ${orgs}/x`,
    `GET ${orgs}/connectionId/short`,
    `GET ${orgs}/7/backups`,
    `POST ${orgs}/7/backups/backup`,
    `GET ${orgs}/7/jobs/1/logs/details`,
  ])('is asked for before anything else by %s', async (route) => {
    await using sandbox = await start();
    for (const authorization of [null, 'Bearer nonsense', sandbox.token, `Basic ${sandbox.token}`])
      expect((await ask(sandbox, route, { authorization })).status).toBe(401);
  });

  it('is the one of the configuration, and its scheme is read in any case', async () => {
    await using sandbox = await start();
    const { name, kind, url, token } = sandbox.config;
    expect([name, kind, url]).toEqual(['salesforce', 'flosum', sandbox.url]);
    expect((await ask(sandbox, `GET ${orgs}/7`, { authorization: `bearer ${token}` })).status).toBe(200);
  });

  it('can be revoked, and replaced', async () => {
    await using sandbox = await start();
    const old = `Bearer ${sandbox.token}`;
    sandbox.revokeToken();
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(401);
    const token = sandbox.rotateToken();
    expect(sandbox.config.token).toBe(token);
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
    expect((await ask(sandbox, `GET ${orgs}/7`, { authorization: old })).status).toBe(401);
  });
});
