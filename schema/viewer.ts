import type { Viewer } from '../src/core/catalog/scope.ts';
import { type Builder, describe } from './builder.ts';
import type { Refs } from './refs.ts';

const roleDescriptions: Record<Viewer['role'], string> = {
  READER: 'May read and watch.',
  OPERATOR: 'May also start, cancel and edit backups.',
};

export function defineViewer(builder: Builder, refs: Refs): void {
  const ViewerRole = builder.enumType('ViewerRole', {
    description: 'What a viewer may do.',
    values: describe(['READER', 'OPERATOR'], roleDescriptions),
  });
  const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
    description: 'Who is asking.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description: 'Name of the token or user; `anonymous` where no authentication is configured.',
      }),
      role: t.field({ type: ViewerRole, description: 'What it may do.', resolve: ({ role }) => role }),
      providers: t.field({
        type: [refs.Provider],
        description: 'The backup systems that it may see, by name.',
        resolve: (_viewer, _args, { catalog }) => [...catalog.scope.providers],
      }),
    }),
  });
  builder.queryField('viewer', (t) =>
    t.field({
      type: ViewerType,
      description: 'Who the caller is and what it may do.',
      resolve: (_root, _args, { catalog }) => catalog.scope.viewer,
    }),
  );
}
