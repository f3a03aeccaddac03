/** How much the variables of an operation hold, counted before they are made into what the schema wants. */

import type { Limits } from '../config/limits.ts';
import { badInput } from '../core/errors.ts';

/** Throws BAD_USER_INPUT. `variables` is an object, or absent; itself it does not count. */
export function checkVariables(variables: unknown, limits: Pick<Limits, 'variableValues' | 'variableDepth'>): void {
  if (typeof variables !== 'object' || variables === null) return;
  let count = 0;
  let level: object[] = [variables];
  // Level by level rather than by recursion, which a deep value would bring to an end of its own.
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.variableDepth) {
      throw badInput(
        `The variables are nested more than ${limits.variableDepth} deep: no input of this schema needs that.`,
      );
    }
    const next: object[] = [];
    for (const holder of level) {
      for (const key in holder) {
        if (++count > limits.variableValues) {
          throw badInput(
            `The variables hold more than ${limits.variableValues} values: send fewer, or in several requests.`,
          );
        }
        const value = (holder as Record<string, unknown>)[key];
        if (typeof value === 'object' && value !== null) next.push(value);
      }
    }
    level = next;
  }
}
