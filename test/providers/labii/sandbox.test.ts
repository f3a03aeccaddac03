/** The tests of the sandbox, theme by theme in one process: the last one asks what all of them have shown together. */
import './sandbox/access.ts';
import './sandbox/errors.ts';
import './sandbox/generations.ts';
import './sandbox/lists.ts';
import './sandbox/history.ts';
import './sandbox/commands.ts';
import './sandbox/switches.ts';
import { describe, expect, it } from 'vitest';
import { describedReplies } from '../../support/contract.ts';
import { contract, shown } from '../../support/labii-sandbox.ts';

describe('the description', () => {
  it('has been shown whole', () => {
    const described = describedReplies(contract);
    expect(described.filter((one) => !shown.has(one))).toEqual([]);
  });
});
