import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { texts } from '../text/texts.ts';
import { screens } from './screens.tsx';

/** The title of the page follows the screen, for the history of the browser. */
export function useScreenTitle(): void {
  const [path] = useLocation();
  useEffect(() => {
    const [, first = ''] = path.split('/');
    const screen = screens.find((one) => one.path.split('/')[1] === first);
    document.title = screen ? `${screen.title} · ${texts.product}` : texts.product;
  }, [path]);
}
