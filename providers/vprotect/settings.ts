/** The settings of a start, from its input and the defaults of the configuration. */
import { z } from 'zod';
import { badInput, GatewayError } from '../../src/core/errors.ts';
import { cutText } from '../../src/core/text.ts';
import type { VProtectConfig } from './config.ts';
import { isGuid } from './guid.ts';

export interface ExportSettings {
  readonly type: 'FULL' | 'INCREMENTAL';
  readonly priority: number;
  /** Where the backup goes: a destination, or the rules of a policy, which bring theirs. */
  readonly target: { readonly backupDestination: Reference } | { readonly rules: readonly Reference[] };
}

interface Reference {
  readonly guid: string;
}

export const exportTypes = ['FULL', 'INCREMENTAL'] as const;
export const defaultPriority = 50;

const guid = z.string().refine(isGuid, { error: 'it must be a GUID' });

const input = z.strictObject({
  type: z.enum(exportTypes, { error: `it must be one of ${exportTypes.join(', ')}` }).nullish(),
  destinationGuid: guid.nullish(),
  ruleGuids: z.array(guid).min(1, { error: 'it must name at least one rule' }).nullish(),
  priority: z
    .int({ error: 'it must be a whole number' })
    .min(0, { error: 'it must be from 0 to 100' })
    .max(100, { error: 'it must be from 0 to 100' })
    .nullish(),
});

/** All settings from the configuration, for `startBackup`. */
export function defaultSettings(config: VProtectConfig): ExportSettings {
  const target = configuredTarget(config);
  if (target) return { type: 'FULL', priority: defaultPriority, target };
  throw new GatewayError(
    'UNSUPPORTED',
    `${config.name} is not told where backups go: configure its destination or its rules, or create the backup with a destination.`,
  );
}

/** Throws BAD_USER_INPUT that names the invalid field. */
export function toSettings(given: Readonly<Record<string, unknown>>, config: VProtectConfig): ExportSettings {
  const { data, error } = input.safeParse(given);
  if (error) throw refuse(error.issues[0]);
  const { type, priority, destinationGuid, ruleGuids } = data;
  if (destinationGuid && ruleGuids) {
    throw badInput(
      'Give either "destinationGuid" or "ruleGuids": rules bring their own destination.',
      fieldOf('ruleGuids'),
    );
  }
  const target = toTarget(destinationGuid, ruleGuids) ?? configuredTarget(config);
  if (!target) {
    const message = `Give "destinationGuid" or "ruleGuids": ${config.name} has neither in its configuration.`;
    throw badInput(message, fieldOf('destinationGuid'));
  }
  return { type: type ?? 'FULL', priority: priority ?? defaultPriority, target };
}

function refuse(issue: z.core.$ZodIssue | undefined): GatewayError {
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return badInput(`vProtect has no setting "${cutText(key, 40)}".`, fieldOf(key));
  }
  const field = String(issue?.path[0] ?? '');
  const reason = issue?.message.startsWith('it must') ? issue.message : 'it has the wrong type';
  return badInput(`"${field}" is wrong: ${reason}.`, fieldOf(field));
}

/** Path of the settings in the arguments of `createBackup`. */
export const settingsField: readonly string[] = ['input', 'vprotect'];

const fieldOf = (name: string): readonly string[] => [...settingsField, name];

const configuredTarget = ({ destination, rules }: VProtectConfig) => toTarget(destination, rules);

function toTarget(destination: string | null | undefined, rules: readonly string[] | null | undefined) {
  if (rules && rules.length > 0) return { rules: rules.map((one) => ({ guid: one })) };
  return destination ? { backupDestination: { guid: destination } } : null;
}
