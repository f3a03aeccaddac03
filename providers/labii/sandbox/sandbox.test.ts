/** The tests of the sandbox, by subject, in one process: the last test checks the results of all. */
import './tests/access.ts';
import './tests/errors.ts';
import './tests/generations.ts';
import './tests/lists.ts';
import './tests/history.ts';
import './tests/commands.ts';
import './tests/switches.ts';
import { describe, expect, it } from 'vitest';
import { describedReplies } from '../../../test/support/contract.ts';
import { contract, shown } from '../../../test/support/labii-sandbox.ts';

describe('the description', () => {
  it('has been shown whole', () => {
    const described = describedReplies(contract);
    expect(described.filter((one) => !shown.has(one))).toEqual([]);
  });
});
