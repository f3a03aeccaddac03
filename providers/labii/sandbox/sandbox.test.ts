/** The tests of the sandbox, theme by theme in one process: the last one asks what all of them have shown together. */
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
