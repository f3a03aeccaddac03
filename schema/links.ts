/** Links for browsers, which cannot send a header when they open an address. */

import type { LinkTarget } from '../src/auth/links.ts';
import type { Catalog } from '../src/catalog/catalog.ts';
import type { ReportRequest } from '../src/catalog/reports.ts';
import { cannot } from '../src/catalog/scope.ts';
import { badInput } from '../src/core/errors.ts';
import { type Builder, describe } from './builder.ts';
import { backupRef } from './commands.ts';
import { type BackupFilterInput, type EntityFilterInput, toEntityFilter, toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';
import { toAge } from './report-parameters.ts';
import { attempt, type Payload, userErrorsDescription } from './user-error.ts';

interface LinkPayload extends Pick<Payload, 'userErrors'> {
  readonly url: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
}

const names = ['BACKUPS_CSV', 'BACKUPS_JSONL', 'PROTECTION_CSV'] as const;

const noLink = { url: null, expiresAt: null };

export function defineLinks(builder: Builder, refs: Refs): void {
  const LinkPayload = builder.objectRef<LinkPayload>('CreateDownloadLinkPayload').implement({
    description: 'Result of `createDownloadLink`.',
    fields: (t) => ({
      url: t.string({
        nullable: true,
        description:
          'Address on this gateway that needs no header, for GET and HEAD. Who has it can read the log or the report.',
        resolve: ({ url }) => url,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'After 5 minutes, or when the token of the viewer expires. Then the address answers 410.',
        resolve: ({ expiresAt }) => expiresAt && expiresAt * 1000,
      }),
      userErrors: t.field({
        type: [refs.UserError],
        description: userErrorsDescription,
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
  const ReportName = builder.enumType('ReportName', {
    description: 'A report, with its format.',
    values: describe(names, {
      BACKUPS_CSV: 'Every backup that matches, newest first, as CSV.',
      BACKUPS_JSONL: 'The same as JSON Lines.',
      PROTECTION_CSV: 'Every entity that matches, and whether it is protected, as CSV.',
    }),
  });
  const ReportInput = builder.inputType('ReportInput', {
    description: 'What a report is about, as in the parameters of its address.',
    fields: (t) => ({
      name: t.field({ type: ReportName, required: true, description: 'Which report.' }),
      backups: t.field({
        type: refs.BackupFilter,
        description: 'Which backups; all by default. Only for reports of backups.',
      }),
      entities: t.field({
        type: refs.ProtectedEntityFilter,
        description: 'Which entities; all by default. Only for PROTECTION_CSV.',
      }),
      maxAgeSeconds: t.int({
        description:
          'How long ago the newest backups of a provider may have been seen; 3600 by default, 0: every product is asked. Only for reports of backups.',
      }),
    }),
  });
  const LinkInput = builder.inputType('CreateDownloadLinkInput', {
    description: 'Input of `createDownloadLink`: a log or a report.',
    fields: (t) => ({
      log: t.id({ description: 'Id of the backup whose log is to be read.' }),
      report: t.field({ type: ReportInput, description: 'The report that is to be read.' }),
    }),
  });

  function toTarget(log: string | null, report: ReportArguments | null, catalog: Catalog): LinkTarget {
    if (report && log === null) {
      const request = toRequest(report);
      catalog.reports.check(request);
      return { report: request };
    }
    if (log === null || report) throw badInput('Give either "log" or "report".', ['input']);
    const field = ['input', 'log'];
    const provider = catalog.scope.commanded(backupRef(log, refs, field), field);
    if (!provider.readLog) throw cannot(provider, 'READ_LOG');
    return { log };
  }

  builder.mutationField('createDownloadLink', (t) =>
    t.field({
      type: LinkPayload,
      description:
        'Makes an address of 5 minutes for a log or a report, for READERs, too. The rights of the viewer are checked again when it is used. It changes nothing at a product, and has no entry in the audit log.',
      args: { input: t.arg({ type: LinkInput, required: true, description: 'What is to be read.' }) },
      extensions: { isAudited: false },
      resolve: (_root, { input: { log, report } }, { catalog, authentication, links, origin }) =>
        attempt(noLink, async () => {
          const target = toTarget(log ?? null, report ?? null, catalog);
          const { token, expiresAt } = await links.create(target, authentication);
          return { url: `${origin}/downloads/${token}`, expiresAt, result: { targets: [], operation: null } };
        }),
    }),
  );
}

interface ReportArguments {
  readonly name: (typeof names)[number];
  readonly backups?: BackupFilterInput | null | undefined;
  readonly entities?: EntityFilterInput | null | undefined;
  readonly maxAgeSeconds?: number | null | undefined;
}

function toRequest({ name, backups, entities, maxAgeSeconds }: ReportArguments): ReportRequest {
  const isAllowed = name === 'PROTECTION_CSV' ? !backups && (maxAgeSeconds ?? null) === null : !entities;
  if (!isAllowed) throw badInput('This report has no such filter.', ['input', 'report']);
  if (name === 'PROTECTION_CSV') return { name: 'protection.csv', filter: toEntityFilter(entities) };
  const age = toAge(maxAgeSeconds === null || maxAgeSeconds === undefined ? undefined : [String(maxAgeSeconds)]);
  const format = name === 'BACKUPS_CSV' ? 'backups.csv' : 'backups.jsonl';
  return { name: format, filter: toListFilter(backups), maxAgeSeconds: age };
}
