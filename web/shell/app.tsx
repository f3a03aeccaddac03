/** Finds out who is there, and shows them their screens, or asks for a token. */
import { query } from '../api/client.ts';
import { session } from '../api/session.ts';
import { useStore } from '../api/store.ts';
import { useReading } from '../api/use-reading.ts';
import { ViewerContext, ViewerDocument } from '../api/viewer.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Loading, ReadingState } from '../parts/states.tsx';
import { returned } from '../screens/sign-in/returned.ts';
import { SignInForm } from '../screens/sign-in/sign-in.tsx';
import { texts } from '../text/texts.ts';
import { Shell } from './shell.tsx';

export function App() {
  const { isPending } = useStore(returned);
  if (!isPending) return <SignedIn />;
  return (
    <main className="alone">
      <h1>{texts.product}</h1>
      <Loading what={texts.signIn.returning} />
    </main>
  );
}

function SignedIn() {
  const { isRefused } = useStore(session);
  const reading = useReading(() => query(ViewerDocument, {}), { key: 'viewer', everySeconds: 30 });
  const viewer = reading.data?.viewer;
  if (viewer) {
    return (
      <ViewerContext value={viewer}>
        <Shell />
        {isRefused && (
          <Dialog title={texts.signIn.title} onClose={null}>
            <SignInForm />
          </Dialog>
        )}
      </ViewerContext>
    );
  }
  return (
    <main className="alone">
      <h1>{texts.product}</h1>
      {isRefused ? <SignInForm /> : <ReadingState reading={reading} />}
    </main>
  );
}
