/** Descriptions of products in OpenAPI, as the tests of their sandboxes use them. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

type Operations = Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>;

/** Knows the schemas of a description as `contract#/…`. */
export function createAjv(contract: object): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  // The package is CommonJS, and its types do not say that its default export lies one step deeper.
  (formats as unknown as { default: typeof formats.default }).default(ajv);
  return ajv.addSchema(contract, 'contract');
}

/** Every reply that is described: `GET /api/backup/jobs 200`. */
export const describedReplies = ({ paths }: { readonly paths: Readonly<Record<string, Operations>> }): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((code) => `${method.toUpperCase()} ${path} ${code}`),
    ),
  );
