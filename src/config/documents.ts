/** Section `documents`: which documents are executed, and which need not be sent whole. */
import { z } from 'zod';
import { readConfigured } from './authority.ts';
import { ConfigError } from './file.ts';

const trusted = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      'Manifest of documents: a JSON object of hashes and documents, as GraphQL Code Generator (`persistedDocuments`) and the Relay compiler write it, or the manifest of Apollo. It is read again when it changes.',
    ),
  mode: z
    .enum(['only', 'log', 'off'])
    .default('only')
    .describe(
      '`only`: no other documents are executed. `log`: others are executed, and the log has a line for each. `off`: others are executed.',
    ),
});

const automatic = z.strictObject({
  entries: z.int().min(1).max(100_000).default(1_000).describe('Documents that are kept at most.'),
  bytes: z.int().min(1_000).max(1_000_000_000).default(5_000_000).describe('Size of the kept documents at most.'),
});

export const documentSettings = z
  .strictObject({
    trusted: trusted
      .nullable()
      .default(null)
      .describe('Trusted documents: clients send the hash of a document instead of its text. null: there are none.'),
    automatic: automatic
      .nullable()
      .default(null)
      .describe(
        'Automatic persisted queries of Apollo: the gateway keeps documents that clients have sent with their SHA-256. `{}` uses the defaults; null: not supported.',
      ),
  })
  .refine(({ trusted: manifest, automatic: kept }) => manifest?.mode !== 'only' || kept === null, {
    path: ['automatic'],
    error: 'expected none beside documents.trusted with the mode only: clients may not add documents there',
  });

export type DocumentSettings = z.output<typeof documentSettings>;

/** Documents by their ids. */
export type Manifest = ReadonlyMap<string, string>;

const setting = 'documents.trusted.file';

/** Throws ConfigError. */
export function readManifest(file: string): Manifest {
  const text = readConfigured(file, setting);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError([`${setting}: expected JSON: ${file}`]);
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    throw new ConfigError([
      `${setting}: expected an object of hashes and documents, {"HASH": "query ..."}, or a manifest of Apollo: ${file}`,
    ]);
  }
  return new Map(parsed.data);
}

const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => operations.map(({ id, body }) => [id, body] as const));

const manifest = z.union([
  apolloManifest,
  z.record(z.string(), z.string()).transform((documents) => Object.entries(documents)),
]);
