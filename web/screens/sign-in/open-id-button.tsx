/** Signs in at the identity provider, where the gateway names one. */
import { useEffect, useState } from 'react';
import { texts } from '../../text/texts.ts';
import { leaveToSignIn, readSettings, type SignInSettings } from './open-id.ts';

export function OpenIdButton() {
  const [settings, setSettings] = useState<SignInSettings | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    // Without an answer there is still the token to paste.
    readSettings().then(setSettings, () => undefined);
  }, []);
  if (!settings) return null;
  const leave = async () => {
    setLeaving(true);
    setFailure(null);
    try {
      await leaveToSignIn(settings);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : texts.errors.unexpected);
      setLeaving(false);
    }
  };
  return (
    <div className="sign-in">
      {failure && (
        <p className="notice bad" role="alert">
          {failure}
        </p>
      )}
      <button type="button" className="primary" disabled={isLeaving} onClick={() => void leave()}>
        {texts.signIn.at(new URL(settings.issuer).host)}
      </button>
      <p className="quiet">{texts.signIn.or}</p>
    </div>
  );
}
