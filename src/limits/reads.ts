/**
 * What an operation makes the gateway read beyond the rows that it shows: a row that is only looked at is work, too. A
 * field of the root that reads so says what it would read, in its extension `reads`. What several fields share is read
 * once, and counts once.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { GatewayError } from '../core/errors.ts';
import type { Provider } from '../core/provider.ts';
import type { Read, ReadsContext, ReadsOf } from '../lists/read-cost.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Takes time linear in the length of the document: each fragment is visited once for each question. */
export function costOfReads(
  schema: GraphQLSchema,
  { document, operation, variables }: Asked,
  providers: readonly Provider[],
): number {
  const type = schema.getRootType(operation.operation);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const readers = type ? fieldsOf(operation.selectionSet, fragments).filter((node) => readsOf(type, node)) : [];
  if (!type || readers.length === 0) return 0;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!coerced) return 0;
  const selects = createSelects(fragments);
  const costs = new Map<string, number>();
  for (const node of readers) {
    const context = { providers, selects: (name: string) => selects(node.selectionSet, name) };
    for (const [index, { key, cost }] of readsAt(type, node, coerced, context).entries()) {
      costs.set(key ?? `${(node.alias ?? node.name).value} ${index}`, cost);
    }
  }
  return [...costs.values()].reduce((sum, cost) => sum + cost, 0);
}

const readsOf = (type: GraphQLObjectType, node: FieldNode): ReadsOf<object> | undefined =>
  type.getFields()[node.name.value]?.extensions['reads'] as ReadsOf<object> | undefined;

function readsAt(
  type: GraphQLObjectType,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
  context: ReadsContext,
): readonly Read[] {
  const field = type.getFields()[node.name.value];
  if (!field) return [];
  try {
    return readsOf(type, node)?.(getArgumentValues(field, node, variables), context) ?? [];
  } catch (error) {
    // The executor refuses it before it reads anything.
    if (error instanceof GatewayError || error instanceof GraphQLError) return [];
    throw error;
  }
}

/** The fields of a place, through its fragments, each of them once. */
function fieldsOf(root: SelectionSetNode, fragments: Fragments): FieldNode[] {
  const fields: FieldNode[] = [];
  const seen = new Set<string>();
  const waiting = [root];
  for (let set = waiting.pop(); set; set = waiting.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) waiting.push(fragment.selectionSet);
      }
    }
  }
  return fields;
}

/** Answers whether a field is selected in a place, through its fragments; what was found of a fragment is kept. */
function createSelects(fragments: Fragments): (set: SelectionSetNode | undefined, name: string) => boolean {
  const known = new Map<string, boolean>();
  function within(set: SelectionSetNode | undefined, name: string): boolean {
    return (set?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === name;
      if (selection.kind === Kind.INLINE_FRAGMENT) return within(selection.selectionSet, name);
      const key = `${selection.name.value} ${name}`;
      if (!known.has(key)) {
        // A fragment within itself adds nothing.
        known.set(key, false);
        known.set(key, within(fragments.get(selection.name.value)?.selectionSet, name));
      }
      return known.get(key) === true;
    });
  }
  return within;
}
