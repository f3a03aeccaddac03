/** How large a document is once its fragments are put in their place, looked at before anything else is done with it. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export interface Measures {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  directives: number;
  rootFields: number;
  /** Fields, spreads and inline fragments. */
  selections: number;
  /** Pairs of fields with one name in one place, and of fragments in one place: validation compares each with each. */
  repeats: number;
}

/** Nothing is looked at below `depth`, nor after so many `selections`: what was seen until then says enough. */
export interface Bounds {
  readonly depth: number;
  readonly selections: number;
}

/** The largest of each over the definitions; the `selections` and `repeats` of all together. */
export function measure(document: DocumentNode, bounds: Bounds): Measures {
  const fragments = fragmentsOf(document);
  const all = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0, rootFields: 0, selections: 0, repeats: 0 };
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION && one.kind !== Kind.FRAGMENT_DEFINITION) continue;
    // Also fragments that nothing uses: they are validated, too.
    const walk = new Walk(fragments, { ...bounds, selections: bounds.selections - all.selections });
    const { selections, repeats, ...largest } = walk.measure(one);
    all.selections += selections;
    all.repeats += repeats;
    for (const key of Object.keys(largest) as (keyof typeof largest)[]) all[key] = Math.max(all[key], largest[key]);
  }
  return all;
}

/** The fields that are executed at the root, as often as they are; for a document that is no larger than it may be. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): readonly FieldNode[] {
  const fragments = fragmentsOf(document);
  const fieldsIn = ({ selections }: SelectionSetNode): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const within = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return within ? fieldsIn(within.selectionSet) : [];
    });
  return fieldsIn(operation.selectionSet);
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  return fragments;
}

class Walk {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #bounds: Bounds;
  readonly #measures: Measures = {
    depth: 0,
    introspectionDepth: 0,
    aliases: 0,
    directives: 0,
    rootFields: 0,
    selections: 0,
    repeats: 0,
  };

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, bounds: Bounds) {
    this.#fragments = fragments;
    this.#bounds = bounds;
  }

  measure(definition: OperationDefinitionNode | FragmentDefinitionNode): Measures {
    this.#measures.directives += definition.directives?.length ?? 0;
    for (const variable of definition.variableDefinitions ?? []) {
      this.#measures.directives += variable.directives?.length ?? 0;
    }
    const fields = this.#merge([definition.selectionSet]);
    if (definition.kind === Kind.OPERATION_DEFINITION) this.#measures.rootFields = fields.size;
    for (const same of fields.values()) this.#descend(same, 1, isIntrospection(same));
    return this.#measures;
  }

  /** What the sets select together in one place, by the name in the answer; each fragment once, as it is executed. */
  #merge(sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const measures = this.#measures;
    const fields = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    const waiting = [...sets];
    for (let set = waiting.pop(); set; set = waiting.pop()) {
      for (const selection of set.selections) {
        if (++measures.selections > this.#bounds.selections) return fields;
        measures.directives += selection.directives?.length ?? 0;
        if (selection.kind === Kind.FIELD) {
          if (selection.alias) measures.aliases++;
          const name = (selection.alias ?? selection.name).value;
          const same = fields.get(name);
          if (same) measures.repeats += same.push(selection) - 1;
          else fields.set(name, [selection]);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          waiting.push(selection.selectionSet);
        } else if (!seen.has(selection.name.value)) {
          measures.repeats += seen.size;
          seen.add(selection.name.value);
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment) waiting.push(fragment.selectionSet);
        }
      }
    }
    return fields;
  }

  #descend(same: readonly FieldNode[], depth: number, inIntrospection: boolean): void {
    const measures = this.#measures;
    const key = inIntrospection ? 'introspectionDepth' : 'depth';
    measures[key] = Math.max(measures[key], depth);
    if (depth > this.#bounds.depth || measures.selections > this.#bounds.selections) return;
    const sets = same.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (sets.length === 0) return;
    for (const below of this.#merge(sets).values()) this.#descend(below, depth + 1, inIntrospection);
  }
}

const isIntrospection = ([field]: readonly FieldNode[]): boolean =>
  field !== undefined && (field.name.value === '__schema' || field.name.value === '__type');
