/**
 * Operations written out from the schema: one root field, with every field of every type that can be reached from it.
 * Only the first time that a type is met, what leads to other types is followed.
 */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

export type RootType = 'Query' | 'Mutation' | 'Subscription';

export const rootFields = (schema: GraphQLSchema): `${RootType}.${string}`[] =>
  (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) => {
    const type = schema.getType(root);
    if (!isObjectType(type)) throw new Error(`the schema has no type ${root}`);
    return Object.keys(type.getFields()).map((field) => `${root}.${field}` as const);
  });

/** Required arguments of fields below the root, by the name of the argument. */
const nestedArguments: Readonly<Record<string, string>> = {
  from: '"2026-11-01T00:00:00Z"',
  to: '"2026-11-20T00:00:00Z"',
};

/** The operation with those of its arguments that are named, each as a variable of the same name. */
export function documentOf(schema: GraphQLSchema, rootField: string, given: readonly string[]): string {
  const [root = '', name = ''] = rootField.split('.');
  const type = schema.getType(root);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!field) throw new Error(`the schema has no ${rootField}`);
  const args = field.args.filter((argument) => given.includes(argument.name));
  if (args.length < given.length) throw new Error(`${rootField} has not all of the arguments ${given.join(', ')}`);
  const variables = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const values = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const selection = selectionOf(schema, getNamedType(field.type), new Set());
  const inBrackets = (text: string) => (text === '' ? '' : `(${text})`);
  return `${root.toLowerCase()}${inBrackets(variables)} { ${name}${inBrackets(values)} ${selection} }`;
}

/** `met`: types that are followed already. */
function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, met: Set<string>): string {
  if (!isCompositeType(type)) return '';
  const isFirst = !met.has(type.name);
  met.add(type.name);
  const parts = ['__typename'];
  const common = 'getFields' in type ? type.getFields() : {};
  for (const field of Object.values(common)) parts.push(fieldOf(schema, type, field, met, isFirst));
  for (const one of isAbstractType(type) ? schema.getPossibleTypes(type) : []) {
    const isFirstOne = isFirst && !met.has(one.name);
    met.add(one.name);
    const own = Object.values(one.getFields()).filter(({ name }) => !(name in common));
    const fields = own.map((field) => fieldOf(schema, one, field, met, isFirstOne, `${one.name}_`)).join(' ');
    if (fields.trim() !== '') parts.push(`... on ${one.name} { ${fields} }`);
  }
  return `{ ${parts.filter((part) => part !== '').join(' ')} }`;
}

/** Empty where it leads to another type, and is not to be followed. `prefix`: so that the same name in two types is no conflict. */
function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  { name, type, args }: GraphQLField<unknown, unknown>,
  met: Set<string>,
  isFollowed: boolean,
  prefix = '',
): string {
  const named = getNamedType(type);
  const isEdges = name === 'edges';
  // Beside the nodes, of a row there is only its cursor.
  if (!isLeafType(named) && !isFollowed && !isEdges) return '';
  const values = args.filter(isRequiredArgument).map((argument) => {
    const value = nestedArguments[argument.name];
    if (value !== undefined) return `${argument.name}: ${value}`;
    throw new Error(`give ${parent.name}.${name}(${argument.name}:) a value in nestedArguments`);
  });
  if (args.some((argument) => argument.name === 'first')) values.push('first: 2');
  const call = `${prefix === '' ? '' : `${prefix}${name}: `}${name}${values.length > 0 ? `(${values.join(', ')})` : ''}`;
  return isEdges ? `${call} { cursor }` : `${call} ${selectionOf(schema, named, met)}`;
}
