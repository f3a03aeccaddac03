/** Watches to try things on. */
import type { Backup } from '../../src/core/model.ts';
import type { WatchedProduct } from './watched.ts';

export const first = ({ backups }: WatchedProduct): Backup => backups.get('1') as Backup;

export const forLog = { wantsLog: true };

export const forState = { wantsLog: false };
