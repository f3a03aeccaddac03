/** Whether this process follows its promises, which makes each of them slower. */
import { executionAsyncId } from 'node:async_hooks';

/** Newer versions of Node carry the values of an AsyncLocalStorage without it. */
export const followsPromises = Number(process.versions.node.split('.')[0]) < 24;

/** A promise that is followed has an id of its own while it continues. */
export async function isFollowing(): Promise<boolean> {
  await null;
  const before = executionAsyncId();
  await null;
  return executionAsyncId() !== before;
}
