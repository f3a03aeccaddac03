import { describe, expect, it } from 'vitest';
import {
  acme,
  all,
  ask,
  create,
  list,
  log,
  newestFirst,
  orgs,
  start,
  uat,
} from '../../../../test/support/flosum-sandbox.ts';

describe('an unknown path', () => {
  it.each(['GET /', 'GET /api/v1/nothing', `POST ${orgs}`, `GET ${orgs}/7/`, 'DELETE /api/v1/connections/7/backups'])(
    'answers %s as the framework does, and is remembered as stray',
    async (route) => {
      await using sandbox = await start();
      const { status, body } = await ask(sandbox, route, { authorization: null });
      expect([status, body]).toEqual([404, { message: `Cannot ${route}`, error: 'Not Found', statusCode: 404 }]);
      expect(sandbox.requests.map(({ isStray }) => isStray)).toEqual([true]);
    },
  );
});

describe('a connection that is down', () => {
  it('answers 500 for its jobs, and the others go on', async () => {
    await using sandbox = await start({ history: 25 });
    const { jobId } = sandbox.addFinished();
    sandbox.downConnections.add(acme);
    expect((await ask(sandbox, `GET ${orgs}/7/backups?${all}`)).status).toBe(500);
    expect((await create(sandbox)).status).toBe(500);
    expect((await log(sandbox, jobId)).status).toBe(500);
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
    expect((await list(sandbox, newestFirst, uat)).total).toBeGreaterThan(0);
    sandbox.downConnections.clear();
    expect((await create(sandbox)).status).toBe(201);
    expect(sandbox.created).toBe(1);
  });
});
