/** React on a document that is no browser's: enough of one to render, press buttons and read what is there. */
import { Window } from 'happy-dom';
import type { ReactNode } from 'react';
import { WebSocket } from 'ws';

// Node 20 has no WebSocket of its own.
globalThis.WebSocket ??= WebSocket as never;
const window = new Window();
// React looks for these when it is loaded. Requests stay those of Node: nothing here has an origin.
Object.assign(globalThis, { window, document: window.document });
globalThis.navigator ??= window.navigator as never;

export interface Screen extends AsyncDisposable {
  items(): string[];
  alerts(): string[];
  /** Of the log that is shown. */
  lines(): string[];
  /** The first button of this name that can be pressed. */
  press(name: string): void;
}

export async function render(element: ReactNode): Promise<Screen> {
  const { createRoot } = await import('react-dom/client');
  const container = window.document.createElement('div');
  window.document.body.append(container);
  const root = createRoot(container as never);
  root.render(element);
  const textsOf = (selector: string) => [...container.querySelectorAll(selector)].map((item) => item.textContent ?? '');
  return {
    items: () => textsOf('li'),
    alerts: () => textsOf('[role=alert]'),
    lines: () => textsOf('pre').flatMap((text) => (text === '' ? [] : text.split('\n'))),
    press(name) {
      const button = [...container.querySelectorAll('button')].find(
        ({ textContent, disabled }) => textContent?.trim() === name && !disabled,
      );
      if (!button) throw new Error(`There is no button "${name}" to press.`);
      button.click();
    },
    async [Symbol.asyncDispose]() {
      root.unmount();
      container.remove();
    },
  };
}
