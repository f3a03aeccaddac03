/** The tests of the sandbox, by subject, in one process: the last test checks the results of all. */
import './tests/access.ts';
import './tests/errors.ts';
import './tests/entities.ts';
import './tests/lists.ts';
import './tests/commands.ts';
import './tests/runs.ts';
import './tests/logs.ts';
import './tests/history.ts';
import { describe, expect, it } from 'vitest';
import { createAjv, describedReplies } from '../../../test/support/contract.ts';
import { contract, refOf, shown } from '../../../test/support/flosum-sandbox.ts';

describe('the description', () => {
  it('refuses every page that is not empty, as it was published', () => {
    const validate = createAjv(contract).compile(refOf('/api/v1/connections', 'get', 200));
    const connection = { id: 1, externalId: 2, name: 'a', userName: 'b', salesforceOrgType: 'SANDBOX' };
    expect(validate({ total: 0, items: [] })).toBe(true);
    expect(validate({ total: 1, items: [connection] })).toBe(false);
    expect(validate({ total: 1, items: ['a'] })).toBe(false);
  });

  it('has been shown whole', () => {
    const described = describedReplies(contract);
    expect(described).toHaveLength(18);
    expect(described.filter((one) => !shown.has(one))).toEqual([]);
  });
});
