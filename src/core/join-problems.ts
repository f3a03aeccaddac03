import type { Problem } from './provider.ts';

/** The problems of two reads for one answer, each once: a read that goes on may tell the same again. */
export function joinProblems(before: readonly Problem[], after: readonly Problem[]): readonly Problem[] {
  if (before.length === 0) return after;
  const isSame = (a: Problem, b: Problem) =>
    a.provider === b.provider &&
    a.entityId === b.entityId &&
    a.error.code === b.error.code &&
    a.error.message === b.error.message;
  return [...before, ...after.filter((problem) => !before.some((one) => isSame(one, problem)))];
}
