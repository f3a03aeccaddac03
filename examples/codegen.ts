import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: '../schema/schema.graphql',
  documents: ['operations.ts'],
  config: { scalars: { DateTime: 'string', ByteCount: 'number' }, useTypeImports: true },
  generates: {
    'gql/': { preset: 'client', presetConfig: { fragmentMasking: false } },
    'gql/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
  importExtension: '.ts',
} satisfies CodegenConfig;
