/** What surrounds each screen: navigation, who is signed in, whether the connection is there. */
import { Suspense, useLayoutEffect } from 'react';
import { Link, Route, Router, Switch, useRoute } from 'wouter';
import { startChanges } from '../api/changes.ts';
import { dashboardPath } from '../api/place.ts';
import { session, signOut } from '../api/session.ts';
import { useStore } from '../api/store.ts';
import { useViewer } from '../api/viewer.ts';
import { Empty, Loading } from '../parts/states.tsx';
import { texts } from '../text/texts.ts';
import { ConnectionState } from './connection-state.tsx';
import { useScreenTitle } from './screen-title.ts';
import { screens } from './screens.tsx';
import { useSearchKey } from './search-key.ts';
import { ThemeChoice } from './theme.tsx';

export function Shell() {
  // Before the screens read for the first time: nothing may happen between their answers and the first event.
  useLayoutEffect(startChanges, []);
  return (
    <Router base={dashboardPath}>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <div className="shell">
        <Bar />
        <main id="content" tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <Switch>
              {screens.map(({ path, Screen }) => (
                <Route key={path} path={path}>
                  {(params) => <Screen id={(params as { id?: string }).id ?? ''} />}
                </Route>
              ))}
              <Route>
                <Empty>
                  {texts.errors.notFound} <Link href="/">{texts.errors.toNow}</Link>
                </Empty>
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
    </Router>
  );
}

function Bar() {
  const { name, role } = useViewer();
  const { token } = useStore(session);
  useScreenTitle();
  useSearchKey();
  return (
    <header className="bar">
      <p className="brand">{texts.product}</p>
      <nav aria-label={texts.navigation}>
        {screens
          .filter((screen) => screen.inMenu && (role === 'OPERATOR' || !screen.forOperators))
          .map(({ path, title }) => (
            <MenuLink key={path} path={path} title={title} />
          ))}
      </nav>
      <div className="who">
        <ConnectionState />
        <p>
          {name} <span className="quiet">({texts.viewer[role]})</span>
        </p>
        <ThemeChoice />
        {token !== null && (
          <button type="button" onClick={signOut}>
            {texts.signIn.signOut}
          </button>
        )}
      </div>
    </header>
  );
}

function MenuLink({ path, title }: { readonly path: string; readonly title: string }) {
  const [isHere] = useRoute(path);
  return (
    <Link href={path} className={isHere ? 'here' : ''} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
      {title}
    </Link>
  );
}
