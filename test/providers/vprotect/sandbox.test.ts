/** The tests of the sandbox, theme by theme in one process: the last one asks what all of them have shown together. */
import './sandbox/access.ts';
import './sandbox/errors.ts';
import './sandbox/lists.ts';
import './sandbox/filters.ts';
import './sandbox/statistics.ts';
import './sandbox/backups.ts';
import './sandbox/history.ts';
import './sandbox/runs.ts';
import './sandbox/commands.ts';
import './sandbox/tasks.ts';
import './sandbox/entities.ts';
import { describe, expect, it } from 'vitest';
import { describedReplies } from '../../support/contract.ts';
import { contract, shown } from '../../support/vprotect-sandbox.ts';

describe('the description', () => {
  it('has been shown whole, but for a login that is refused for want of a login', () => {
    const described = describedReplies(contract);
    // A login needs no session, and wrong credentials are answered with 400.
    expect(described.filter((one) => !shown.has(one))).toEqual(['POST /session/login 401']);
  });
});
