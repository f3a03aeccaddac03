import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the operations in the tests: a breaking change of the schema is a compile error there. */
const config: CodegenConfig = {
  schema: './schema/schema.graphql',
  documents: ['test/**/*.ts', '!test/gql/**', '!test/federation/**'],
  generates: {
    './test/gql/': {
      preset: 'client',
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true },
        scalars: { DateTime: 'string', ByteCount: 'number', ID: 'string', _Any: 'unknown' },
        strictScalars: true,
      },
      presetConfig: { fragmentMasking: false },
    },
  },
  importExtension: '.ts',
};

export default config;
