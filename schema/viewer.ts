import type { Viewer } from '../src/core/viewer.ts';
import { type Builder, describe } from './builder.ts';
import type { Refs } from './refs.ts';

const roleDescriptions: Record<Viewer['role'], string> = {
  READER: 'May read and watch.',
  OPERATOR: 'May read, watch, start, cancel and edit backups.',
};

export function defineViewer(builder: Builder, refs: Refs): void {
  const ViewerRole = builder.enumType('ViewerRole', {
    description: 'Rights of a viewer.',
    values: describe(['READER', 'OPERATOR'], roleDescriptions),
  });
  const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
    description: 'The caller and its rights.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description: 'Name of the token or user; `anonymous` if authentication is off.',
      }),
      role: t.field({ type: ViewerRole, description: 'Role of the viewer.', resolve: ({ role }) => role }),
      providers: t.field({
        type: [refs.Provider],
        description: 'Providers that the viewer may see, ordered by name.',
        resolve: (_viewer, _args, { catalog }) => [...catalog.scope.providers],
      }),
    }),
  });
  builder.queryField('viewer', (t) =>
    t.field({
      type: ViewerType,
      description: 'The caller and its rights.',
      resolve: (_root, _args, { catalog }) => catalog.scope.viewer,
    }),
  );
}
