/** Links for browsers, which cannot send a header when they open an address. */
import { cannot } from '../src/catalog/scope.ts';
import type { Builder } from './builder.ts';
import { backupRef } from './commands.ts';
import type { Refs } from './refs.ts';
import { attempt, type Payload, userErrorsDescription } from './user-error.ts';

interface LinkPayload extends Pick<Payload, 'userErrors'> {
  readonly url: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
}

const noLink = { url: null, expiresAt: null };

export function defineLinks(builder: Builder, refs: Refs): void {
  const LinkPayload = builder.objectRef<LinkPayload>('CreateDownloadLinkPayload').implement({
    description: 'Result of `createDownloadLink`.',
    fields: (t) => ({
      url: t.string({
        nullable: true,
        description: 'Address on this gateway that needs no header, for GET and HEAD. Who has it can read the log.',
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
  const LinkInput = builder.inputType('CreateDownloadLinkInput', {
    description: 'Input of `createDownloadLink`.',
    fields: (t) => ({
      log: t.id({ required: true, description: 'Id of the backup whose log is to be read.' }),
    }),
  });

  builder.mutationField('createDownloadLink', (t) =>
    t.field({
      type: LinkPayload,
      description:
        'Makes an address of 5 minutes for a log, for READERs, too. The rights of the viewer are checked again when it is used. It changes nothing at a product, and has no entry in the audit log.',
      args: { input: t.arg({ type: LinkInput, required: true, description: 'What is to be read.' }) },
      extensions: { isAudited: false },
      resolve: (_root, { input: { log } }, { catalog, authentication, links, origin }) =>
        attempt(noLink, async () => {
          const field = ['input', 'log'];
          const provider = catalog.scope.commanded(backupRef(log, refs, field), field);
          if (!provider.readLog) throw cannot(provider, 'READ_LOG');
          const { token, expiresAt } = await links.create(log, authentication);
          return { url: `${origin}/downloads/${token}`, expiresAt, result: { targets: [], operation: null } };
        }),
    }),
  );
}
