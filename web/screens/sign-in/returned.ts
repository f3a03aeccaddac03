/** Ends a sign in at the identity provider, when the page is opened on the way back from there. */
import { signIn } from '../../api/session.ts';
import { createStore } from '../../api/store.ts';
import { texts } from '../../text/texts.ts';
import { takeReturn } from './open-id.ts';

export interface Returned {
  readonly isPending: boolean;
  readonly failure: string | null;
}

const finish = takeReturn();

export const returned = createStore<Returned>({ isPending: finish !== null, failure: null });

finish?.().then(
  (token) => {
    signIn(token);
    returned.set({ isPending: false, failure: null });
  },
  (error: unknown) => {
    const failure = error instanceof Error ? error.message : texts.errors.unexpected;
    returned.set({ isPending: false, failure });
  },
);
