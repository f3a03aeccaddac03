/** What a form says, as the input of `createBackup`. */
import type {
  CreateBackupInput,
  FlosumBackupSettingsInput,
  ProviderKind,
  VProtectExportType,
} from '../../gql/graphql.ts';
import { texts } from '../../text/texts.ts';

type FlosumSetting = keyof FlosumBackupSettingsInput;
export const flosumSettings = Object.entries(texts.start.flosum.settings) as readonly (readonly [
  FlosumSetting,
  string,
])[];

export function toInput(
  kind: ProviderKind,
  form: FormData,
  entityId: string,
  idempotencyKey: string,
): CreateBackupInput {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const common = { entityId, idempotencyKey };
  switch (kind) {
    case 'BORG':
      return { borg: common };
    case 'LABII':
      return { labii: common };
    case 'VPROTECT': {
      const destination = text('destination');
      const type = text('type') as VProtectExportType;
      const priority = Number(text('priority'));
      return { vprotect: { ...common, type, priority, ...(destination ? { destinationGuid: destination } : {}) } };
    }
    case 'FLOSUM': {
      const template = text('template');
      const settings = Object.fromEntries(flosumSettings.map(([name]) => [name, form.has(name)]));
      return {
        flosum: {
          ...common,
          mode: template ? 'TEMPLATE' : 'FULL',
          name: text('name'),
          description: text('description'),
          settings: settings as Required<FlosumBackupSettingsInput>,
          ...(template ? { templateId: Number(template) } : {}),
        },
      };
    }
  }
}
