/** Puts fields for machines, such as `_entities`, after the others in what introspection tells. */
import type { Result } from './events.ts';

interface Schema {
  readonly queryType: { readonly name: string };
  readonly types: readonly { readonly name: string; readonly fields: readonly { readonly name: string }[] | null }[];
}

export function sortSchema(result: Result): Result {
  const schema = (result['data'] as { __schema?: Schema } | null | undefined)?.__schema;
  if (!schema?.types) return result;
  const types = schema.types.map((type) =>
    type.name === schema.queryType.name && type.fields
      ? { ...type, fields: type.fields.toSorted((a, b) => Number(isForMachines(a)) - Number(isForMachines(b))) }
      : type,
  );
  return { ...result, data: { __schema: { ...schema, types } } };
}

const isForMachines = ({ name }: { readonly name: string }): boolean => name.startsWith('_');
