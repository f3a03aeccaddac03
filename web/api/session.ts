/** Who asks. The token is kept in memory only: it is gone when the page is loaded again. */
import { createStore } from './store.ts';

export interface Session {
  readonly token: string | null;
  /** The gateway has refused the token, or asks for one. */
  readonly isRefused: boolean;
  /** Grows with each sign in: what was read before is read again. */
  readonly version: number;
}

export const session = createStore<Session>({ token: null, isRefused: false, version: 0 });

export const signIn = (token: string): void =>
  session.set({ token, isRefused: false, version: session.get().version + 1 });

export const signOut = (): void => session.set({ token: null, isRefused: true, version: session.get().version + 1 });

/** Of this token only: the answer may be about a former one. */
export function refuse(token: string | null): void {
  const current = session.get();
  if (current.token === token) session.set({ ...current, isRefused: true });
}
