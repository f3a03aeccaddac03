/** Whether a client selects a field of the rows of a list. */

import type { SelectionNode, SelectionSetNode } from 'graphql';
import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
} from 'graphql';

type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/** `path`: names of fields from the field of `info` on, through any fragments. */
export const isSelected = (info: Info, ...path: readonly string[]): boolean =>
  info.fieldNodes.some(({ selectionSet }) => holds(info, selectionSet, path));

function holds(info: Info, selectionSet: SelectionSetNode | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  return (selectionSet?.selections ?? []).some((selection) => {
    if (!isIncluded(info, selection)) return false;
    if (selection.kind === Kind.FIELD) {
      return selection.name.value === name && holds(info, selection.selectionSet, rest);
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? info.fragments[selection.name.value]?.selectionSet
        : selection.selectionSet;
    return holds(info, inner, path);
  });
}

function isIncluded({ variableValues }: Info, selection: SelectionNode): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

/** Of a connection: through `nodes` or `edges`. */
export const isRowFieldSelected = (info: Info, name: string): boolean =>
  isSelected(info, 'nodes', name) || isSelected(info, 'edges', 'node', name);
