/** The tests of the sandbox, by subject, in one process: the last test checks the results of all. */
import './tests/access.ts';
import './tests/errors.ts';
import './tests/lists.ts';
import './tests/filters.ts';
import './tests/statistics.ts';
import './tests/backups.ts';
import './tests/history.ts';
import './tests/runs.ts';
import './tests/commands.ts';
import './tests/tasks.ts';
import './tests/entities.ts';
import { describe, expect, it } from 'vitest';
import { describedReplies } from '../../../test/support/contract.ts';
import { contract, shown } from '../../../test/support/vprotect-sandbox.ts';

describe('the description', () => {
  it('has been shown whole, but for a login that is refused for want of a login', () => {
    const described = describedReplies(contract);
    // A login needs no session, and wrong credentials are answered with 400.
    expect(described.filter((one) => !shown.has(one))).toEqual(['POST /session/login 401']);
  });
});
