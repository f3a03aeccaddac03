/** The settings of a start, from our words to the product's. */
import { z } from 'zod';
import { badInput } from '../../src/core/errors.ts';
import { cutText } from '../../src/core/text.ts';

/** Ours, and the product's. A backup without any of them said holds everything. */
const includes = {
  includeMetadata: 'isIncludeMetadata',
  includeBinaryObjects: 'isIncludeBinaryObjects',
  includeBigObjects: 'isIncludeBigObjects',
  includeFeedObjects: 'isIncludeFeedObjects',
  includeShareObjects: 'isIncludeShareObjects',
  includeHistoryObjects: 'isIncludeHistoryObjects',
  includeCustomMetadataTypeObjects: 'isIncludeCustomMetadataTypeObjects',
  includeTagObjects: 'isIncludeTagObjects',
} as const;
type Include = keyof typeof includes;
const includeNames = Object.keys(includes) as Include[];

const choice = z.boolean().nullish();
const settingsInput = z.strictObject({
  mode: z.enum(['FULL', 'TEMPLATE']).nullish(),
  templateId: z.int().positive().nullish(),
  settings: z
    .strictObject({
      includeMetadata: choice,
      includeBinaryObjects: choice,
      includeBigObjects: choice,
      includeFeedObjects: choice,
      includeShareObjects: choice,
      includeHistoryObjects: choice,
      includeCustomMetadataTypeObjects: choice,
      includeTagObjects: choice,
    } satisfies Record<Include, typeof choice>)
    .nullish(),
});

/** Path of the settings in the arguments of `createBackup`. */
const settingsField: readonly string[] = ['input', 'flosum'];
export const templateField: readonly string[] = [...settingsField, 'templateId'];

/** The part of a start's body that says what to back up. */
export interface StartSettings {
  readonly mode: 'full' | 'template';
  readonly settings: Readonly<Record<string, boolean | number>>;
}

/** Throws BAD_USER_INPUT for settings that the product would refuse or misinterpret. */
export function toStartSettings(given: Readonly<Record<string, unknown>>): StartSettings {
  const { data, error } = settingsInput.safeParse({ ...given });
  if (!data) throw explainIssue(error.issues[0]);
  const { mode, templateId, settings } = data;
  const isTemplate = mode === 'TEMPLATE';
  if (isTemplate && templateId == null) {
    throw badInput('A backup by a template needs the number of the template.', templateField);
  }
  if (!isTemplate && templateId != null) {
    throw badInput('A template goes only with the mode TEMPLATE: a full backup takes none.', templateField);
  }
  const chosen = includeNames.map((name) => [includes[name], settings?.[name] ?? true]);
  const template = templateId == null ? {} : { templateId };
  return { mode: isTemplate ? 'template' : 'full', settings: { ...Object.fromEntries(chosen), ...template } };
}

function explainIssue(issue: z.core.$ZodIssue | undefined) {
  const path = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    return badInput(`Flosum has no setting "${cutText(name, 40)}".`, [...settingsField, ...path, name]);
  }
  return badInput(`"${path.join('.')}" is not what Flosum takes there.`, [...settingsField, ...path]);
}
