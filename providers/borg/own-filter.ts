/** The filter of backups that only Borg UI has. Rows of lists tell the values. */
import type { OwnFilterReader } from '../../src/core/provider.ts';
import type { BorgBackup } from './map.ts';

export const readOwnFilter: OwnFilterReader = ({ scheduledJobId = null, backupPlanId = null }) =>
  scheduledJobId === null && backupPlanId === null
    ? {}
    : {
        accepts(backup) {
          const { details } = backup as BorgBackup;
          const isOfSchedule = scheduledJobId === null || details.scheduledJobId === scheduledJobId;
          return isOfSchedule && (backupPlanId === null || details.backupPlanId === backupPlanId);
        },
      };
