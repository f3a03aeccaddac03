import type { CodegenConfig } from '@graphql-codegen/cli';

/** How each type of the schema is typed in our clients. */
const types = {
  useTypeImports: true,
  enumsAsTypes: true,
  avoidOptionals: { field: true },
  scalars: { DateTime: 'string', ByteCount: 'number', ID: 'string', _Any: 'unknown' },
  strictScalars: true,
};

/** Typed documents for the operations in the tests and the dashboard: a breaking change of the schema is a compile error there. */
const config: CodegenConfig = {
  schema: './schema/schema.graphql',
  generates: {
    './test/gql/': {
      documents: ['test/**/*.ts', '!test/gql/**', '!test/federation/**'],
      preset: 'client',
      config: types,
      presetConfig: { fragmentMasking: false },
    },
    './web/gql/': {
      documents: ['web/**/*.{ts,tsx}', '!web/gql/**'],
      preset: 'client',
      config: { ...types, onlyOperationTypes: true },
      presetConfig: { fragmentMasking: false },
    },
  },
  importExtension: '.ts',
};

export default config;
