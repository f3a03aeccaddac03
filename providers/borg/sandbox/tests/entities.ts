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
});
