/** A key for one command. Not `randomUUID`, which a page that did not come by https does not have. */
export const newIdempotencyKey = (): string =>
  [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');
