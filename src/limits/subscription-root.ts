/** A subscription is one field. One that directives take away leaves nothing to subscribe to. */
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Whether a directive keeps a selection must be known before the operation runs, so a variable cannot decide it here
 * (GraphQL, September 2025, 5.2.4.1).
 */
export function skippedRoots(document: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== 'subscription') return [];
    const root = rootOf(definition.selectionSet, fragments, new Set());
    if (root === 'kept') return [];
    const message =
      root === 'depends'
        ? 'A variable cannot decide about the root field of a subscription: remove @skip and @include from it, and subscribe or do not.'
        : 'Nothing is left of this subscription: remove @skip and @include from its root field.';
    return [new GraphQLError(message, { nodes: [definition] })];
  });
}

type Root = 'kept' | 'depends' | 'nothing';

function rootOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<string>,
): Root {
  const roots = selections.map((selection): Root => {
    const verdict = verdictOf(selection);
    if (verdict !== 'kept' || selection.kind === Kind.FIELD) return verdict;
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootOf(selection.selectionSet, fragments, seen);
    const fragment = fragments.get(selection.name.value);
    // One that is missing, or within itself, is refused by validation, in its own words.
    if (!fragment || seen.has(selection.name.value)) return 'kept';
    return rootOf(fragment.selectionSet, fragments, new Set([...seen, selection.name.value]));
  });
  if (roots.includes('depends')) return 'depends';
  return roots.includes('kept') ? 'kept' : 'nothing';
}

/** What `@skip` and `@include` on one selection make of it. */
function verdictOf({ directives = [] }: SelectionNode): Root {
  const verdicts = directives.map((directive): Root => {
    const keeps = { skip: false, include: true }[directive.name.value];
    const value = keeps === undefined ? undefined : conditionOf(directive);
    if (value?.kind === Kind.VARIABLE) return 'depends';
    return value?.kind === Kind.BOOLEAN && value.value !== keeps ? 'nothing' : 'kept';
  });
  return (
    verdicts.find((verdict) => verdict === 'nothing') ?? verdicts.find((verdict) => verdict === 'depends') ?? 'kept'
  );
}

const conditionOf = ({ arguments: given = [] }: DirectiveNode) => given.find(({ name }) => name.value === 'if')?.value;
