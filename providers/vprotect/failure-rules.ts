/** Words of vProtect's tasks (`statusInfo`) and of the hypervisors behind them. */
import type { FailureRule } from '../../src/core/failure-reason.ts';
import { systemFailureRules } from '../_kit/failure-rules.ts';

export const failureRules: readonly FailureRule[] = [
  {
    category: 'CANCELLED',
    phrases: ['cancelled by user', 'removed from the queue', 'stopped through the gateway'],
  },
  {
    category: 'LIMIT',
    phrases: ['not started within its window'],
    remedy: 'Widen the backup window in vProtect, or let the node run more tasks at once.',
  },
  { category: 'LIMIT', phrases: ['licence', 'license'], remedy: 'Check the licence of vProtect.' },
  { category: 'LOCKED', phrases: ['is locked', 'another task', 'already in progress'] },
  ...systemFailureRules,
  {
    category: 'SOURCE',
    phrases: [
      'snapshot could not be created',
      'snapshot',
      'guest agent',
      'i/o error while reading',
      'error while reading disk',
      'not found',
    ],
    remedy: 'Check the machine and its snapshots at the hypervisor.',
  },
];
