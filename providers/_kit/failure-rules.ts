/** Messages of operating systems and network libraries, which every product passes on. */
import type { FailureRule } from '../../src/core/failure-reason.ts';

export const systemFailureRules: readonly FailureRule[] = [
  {
    category: 'NO_SPACE',
    phrases: ['no space left', 'not enough space', 'insufficient space', 'disk full', 'quota exceeded', 'disk quota'],
  },
  {
    category: 'CREDENTIALS',
    phrases: [
      'authentication failed',
      'invalid credentials',
      'login failed',
      'logon failure',
      'wrong password',
      'incorrect password',
      'password expired',
      'token expired',
      'expired token',
      'permission denied (publickey',
      'unauthorized',
      'http 401',
    ],
  },
  {
    category: 'PERMISSION',
    phrases: [
      'permission denied',
      'access denied',
      'access is denied',
      'forbidden',
      'operation not permitted',
      'read-only file system',
      'http 403',
    ],
  },
  {
    category: 'NETWORK',
    phrases: [
      'connection refused',
      'connection reset',
      'connection closed',
      'connection timed out',
      'connection to the repository was closed',
      'network is unreachable',
      'no route to host',
      'host is unreachable',
      'name or service not known',
      'could not resolve',
      'temporary failure in name resolution',
      'broken pipe',
      'cannot be reached',
      'unreachable',
      'certificate',
      'timed out',
      'timeout',
    ],
  },
];
