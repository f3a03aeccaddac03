/** Borg UI's and Borg's own words for failures. */
import type { FailureRule } from '../../src/core/failure-reason.ts';
import { systemFailureRules } from '../_kit/failure-rules.ts';

export const failureRules: readonly FailureRule[] = [
  {
    category: 'LOCKED',
    phrases: ['locked by another process', 'failed to create/acquire the lock', 'lock error', 'lock timeout'],
    remedy: 'Wait until the other job on this repository has ended. If none is running, break the lock in Borg UI.',
  },
  {
    category: 'CREDENTIALS',
    phrases: ['passphrase', 'key file'],
    remedy: 'Enter the passphrase or the key of the repository in Borg UI again.',
  },
  {
    category: 'SOURCE',
    phrases: [
      'the script that runs before the backup failed',
      'the script that runs after the backup failed',
      'hook failed',
      'no such file or directory',
      'source directory',
    ],
  },
  { category: 'NETWORK', phrases: ['agent unreachable'] },
  { category: 'NO_SPACE', phrases: ['storage quota'] },
  ...systemFailureRules,
];
