import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureRules as borg } from '../../providers/borg/failure-rules.ts';
import { failureRules as flosum } from '../../providers/flosum/failure-rules.ts';
import { failureRules as vprotect } from '../../providers/vprotect/failure-rules.ts';
import { failureCategories, toFailureReason } from '../../src/core/failure-reason.ts';
import { backupStatuses } from '../../src/core/model.ts';

const categoryOf = (message: string, rules: typeof borg) =>
  toFailureReason({ status: 'FAILED', errorMessage: message }, rules)?.category;

describe('the category of a failure', () => {
  test.each([
    ['The repository is locked by another process.', 'LOCKED'],
    ['Failed to create/acquire the lock /repo/lock.exclusive (timeout).', 'LOCKED'],
    ['Passphrase supplied in BORG_PASSPHRASE is incorrect.', 'CREDENTIALS'],
    ['The connection to the repository was closed.', 'NETWORK'],
    ['The agent cannot be reached.', 'NETWORK'],
    ['No space left on device.', 'NO_SPACE'],
    ['Permission denied: /etc/shadow.', 'PERMISSION'],
    ['Permission denied (publickey,password).', 'CREDENTIALS'],
    ['Post-backup hook failed with exit code 3; post backup hook failed.', 'SOURCE'],
    ['Borg failed for a reason that it does not name.', 'OTHER'],
  ])('of Borg UI for "%s" is %s', (message, category) => {
    expect(categoryOf(message, borg)).toBe(category);
  });

  test.each([
    ['REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.', 'LIMIT'],
    ['INVALID_SESSION_ID: Session expired or invalid', 'CREDENTIALS'],
    ['invalid_grant: expired access/refresh token', 'CREDENTIALS'],
    ['INSUFFICIENT_ACCESS: insufficient access rights on object id', 'PERMISSION'],
    ['UNABLE_TO_LOCK_ROW: unable to obtain exclusive access', 'LOCKED'],
    ['INVALID_FIELD: No such column', 'SOURCE'],
    ['Processed 1401 records, then stopped', 'OTHER'],
  ])('of Flosum for "%s" is %s', (message, category) => {
    expect(categoryOf(message, flosum)).toBe(category);
  });

  test.each([
    ['Export failed: I/O error while reading disk vda.', 'SOURCE'],
    ['Store failed: no space left on backup destination.', 'NO_SPACE'],
    ['Snapshot could not be created: the guest agent did not answer.', 'SOURCE'],
    ['The task was not started within its window.', 'LIMIT'],
    ['Cancelled by user.', 'CANCELLED'],
    ['Connection refused (Connection refused).', 'NETWORK'],
  ])('of vProtect for "%s" is %s', (message, category) => {
    expect(categoryOf(message, vprotect)).toBe(category);
  });

  test('is CANCELLED for a cancelled backup, with or without words', () => {
    expect(toFailureReason({ status: 'CANCELLED', errorMessage: null }, borg)).toMatchObject({
      category: 'CANCELLED',
      message: null,
    });
    expect(toFailureReason({ status: 'CANCELLED', errorMessage: 'No space left.' }, borg)).toMatchObject({
      category: 'CANCELLED',
      message: 'No space left.',
    });
  });

  test('exists only for failed and cancelled backups, keeps their words, and is found for any words', () => {
    fc.assert(
      fc.property(fc.constantFrom(...backupStatuses), fc.option(fc.string()), (status, errorMessage) => {
        const reason = toFailureReason({ status, errorMessage }, vprotect);
        const hasReason = status === 'CANCELLED' || (status === 'FAILED' && errorMessage !== null);
        expect(reason !== null).toBe(hasReason);
        if (!reason) return;
        expect(reason.message).toBe(errorMessage);
        expect(failureCategories).toContain(reason.category);
        expect(reason.remedy === null).toBe(reason.category === 'OTHER');
      }),
    );
  });

  test('is OTHER where a product has no table', () => {
    expect(categoryOf('No space left on device.', [])).toBe('OTHER');
  });
});
