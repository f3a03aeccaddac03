/** Asks for a token, in the place of the dashboard or above it, so that nobody loses their place. */
import { type FormEvent, useId } from 'react';
import { session, signIn } from '../../api/session.ts';
import { useStore } from '../../api/store.ts';
import { texts } from '../../text/texts.ts';
import { OpenIdButton } from './open-id-button.tsx';
import { returned } from './returned.ts';

export function SignInForm() {
  const { token } = useStore(session);
  const hint = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('token');
    if (typeof given === 'string' && given.trim()) signIn(given.trim().replace(/^Bearer\s+/i, ''));
  };
  return (
    <div className="sign-in">
      {token !== null && (
        <p className="notice bad" role="alert">
          {texts.signIn.refused}
        </p>
      )}
      <ReturnFailure />
      <OpenIdButton />
      <form className="sign-in" onSubmit={submit}>
        <label>
          {texts.signIn.token}
          <input name="token" type="password" autoComplete="off" required aria-describedby={hint} spellCheck={false} />
        </label>
        <p id={hint} className="quiet">
          {texts.signIn.hint}
        </p>
        <button type="submit" className="primary">
          {texts.signIn.submit}
        </button>
      </form>
    </div>
  );
}

/** Why a sign in at the identity provider came to nothing. */
function ReturnFailure() {
  const { failure } = useStore(returned);
  if (failure === null) return null;
  return (
    <p className="notice bad" role="alert">
      {failure}
    </p>
  );
}
