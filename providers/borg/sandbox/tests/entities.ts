import { describe, expect, it } from 'vitest';
import { ask, type Json, laptops, mirror, research, start } from '../../../../test/support/borg-sandbox.ts';

describe('repositories', () => {
  it('include an agent, an observed one and one of Borg 2, and hide what the user may not see', async () => {
    await using sandbox = await start({ history: 40 });
    const all = await ask<{ repositories: Json[] }>(sandbox, 'GET /api/repositories/');
    expect(all.body.repositories).toHaveLength(6);
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: laptops, executor_type: 'agent' }));
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: mirror, mode: 'observe' }));
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: research, borg_version: 2 }));
    const { personalToken: token } = sandbox.limitedUser;
    const some = await ask<{ repositories: Json[] }>(sandbox, 'GET /api/repositories/', { token });
    expect(some.body.repositories).toHaveLength(5);
  });

  it('have schedules, of which the user sees those of repositories that it may see', async () => {
    await using sandbox = await start({ history: 40 });
    const all = await ask<{ jobs: Json[] }>(sandbox, 'GET /api/schedule/');
    expect(all.body.jobs).toHaveLength(5);
    expect(all.body.jobs).toContainEqual(expect.objectContaining({ repository_ids: [1, 2, 3], enabled: false }));
    const { personalToken: token } = sandbox.limitedUser;
    expect((await ask<{ jobs: Json[] }>(sandbox, 'GET /api/schedule/', { token })).body.jobs).toHaveLength(4);
    sandbox.failsSchedules = true;
    expect((await ask(sandbox, 'GET /api/schedule/')).status).toBe(500);
  });
});
