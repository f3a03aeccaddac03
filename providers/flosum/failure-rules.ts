/** Salesforce's error codes and Flosum's own words, as the log of a job has them. */
import type { FailureRule } from '../../src/core/failure-reason.ts';
import { systemFailureRules } from '../_kit/failure-rules.ts';

export const failureRules: readonly FailureRule[] = [
  {
    category: 'LIMIT',
    phrases: [
      'request_limit_exceeded',
      'limit exceeded',
      'limit_exceeded',
      'too many requests',
      'concurrent requests',
      'http 429',
    ],
    remedy: 'Start the backup again when the API limit of the Salesforce org has been reset, or raise the limit.',
  },
  {
    category: 'CREDENTIALS',
    phrases: [
      'invalid_session_id',
      'invalid_grant',
      'invalid_login',
      'session expired',
      'oauth',
      'expired access/refresh token',
    ],
    remedy: 'Reconnect the Salesforce org in Flosum.',
  },
  {
    category: 'PERMISSION',
    phrases: ['insufficient_access', 'insufficient privileges', 'api_disabled_for_org', 'api_currently_disabled'],
  },
  { category: 'LOCKED', phrases: ['unable_to_lock_row'] },
  { category: 'NO_SPACE', phrases: ['storage_limit_exceeded'] },
  { category: 'NETWORK', phrases: ['server_unavailable', 'service unavailable'] },
  {
    category: 'SOURCE',
    phrases: ['invalid_type', 'invalid_field', 'malformed_query', 'query_timeout', 'unknown_exception'],
  },
  ...systemFailureRules,
];
