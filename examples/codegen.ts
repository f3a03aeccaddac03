import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: 'schema/schema.graphql',
  documents: ['examples/operations.ts'],
  config: { scalars: { DateTime: 'string', ByteCount: 'number' }, useTypeImports: true },
  generates: {
    'examples/gql/': { preset: 'client', presetConfig: { fragmentMasking: false } },
    'examples/gql/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
  importExtension: '.ts',
} satisfies CodegenConfig;
