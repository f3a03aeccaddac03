/** Parts of a scenario: one after the other, so that none disturbs the figures of another, or all at once. */
export function inTurn(isInTurn: boolean): <T>(part: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (part) => {
    const started = isInTurn ? before.then(part) : part();
    before = started;
    return started;
  };
}
