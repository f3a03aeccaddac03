/**
 * The schema as a subgraph of Federation 2: with keys, without what only makes sense when this gateway is asked alone. It
 * is made when somebody asks for it, so that it costs nothing where no supergraph exists.
 */
import {
  type ConstDirectiveNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';
/** GraphQL has it built in; what composes supergraphs does not know it unless told. */
const oneOf = 'directive @oneOf on INPUT_OBJECT';
/** A router cannot know whose id it has, and would ask the wrong subgraph; `_entities` takes all of these ids. */
const leftOut = new Set(['node', 'nodes', '_entities', '_service']);
const machinery = new Set(['_Any', '_Entity', '_Service']);
/** Relay lays down the first, and anybody may have the second. */
const shared = new Set(['PageInfo', 'UserError']);

const made = new WeakMap<GraphQLSchema, string>();

export function subgraphSdl(schema: GraphQLSchema): string {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const document = visit(parse(printSchema(lexicographicSortSchema(schema))), {
    ObjectTypeDefinition: (node) => {
      const { value: name } = node.name;
      if (machinery.has(name)) return null;
      if (name === schema.getQueryType()?.name) {
        return { ...node, fields: node.fields?.filter((field) => !leftOut.has(field.name.value)) ?? [] };
      }
      return { ...node, directives: directivesOf(schema, name) };
    },
    InterfaceTypeDefinition: (node) =>
      // Of interfaces, only this one can be extended by others: it stands for types that they need not know.
      node.name.value === 'ProtectedEntity'
        ? { ...node, directives: directivesOf(schema, node.name.value) }
        : undefined,
    ScalarTypeDefinition: (node) => (machinery.has(node.name.value) ? null : undefined),
    UnionTypeDefinition: (node) => (machinery.has(node.name.value) ? null : undefined),
  });
  const sdl = `${link}\n\n${oneOf}\n\n${print(document)}`;
  made.set(schema, sdl);
  return sdl;
}

function directivesOf(schema: GraphQLSchema, name: string): ConstDirectiveNode[] {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const names = [name, ...type.getInterfaces().map((one) => one.name)];
  return [
    ...(names.includes('Node') ? [directive('key', 'id')] : []),
    ...(names.includes('ProtectedEntity') ? [directive('key', 'providerName externalId')] : []),
    ...(shared.has(name) ? [directive('shareable')] : []),
  ];
}

const directive = (name: string, fields?: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
  arguments:
    fields === undefined
      ? []
      : [
          {
            kind: Kind.ARGUMENT,
            name: { kind: Kind.NAME, value: 'fields' },
            value: { kind: Kind.STRING, value: fields },
          },
        ],
});
