/** GraphiQL: the editor of its package, with our own connection to the gateway. */
import './graphiql.css';
import { createFetcher } from './fetcher.ts';

interface Props {
  readonly title: string;
  readonly fetcher: ReturnType<typeof createFetcher>;
  readonly shouldPersistHeaders: boolean;
  /** Absent: the query of the address. */
  readonly defaultTabs?: readonly { readonly query: string }[];
}

declare global {
  /** A script of its own, since the package has it built already. */
  var YogaGraphiQL: { renderYogaGraphiQL(element: Element | null, props: Props): void };
  var MonacoEnvironment: { globalAPI: boolean; getWorkerUrl(id: string, label: string): string };
}

const fileOf = (name: string): string =>
  document.querySelector<HTMLLinkElement>(`link[data-worker="${name}"]`)?.href ?? '';

globalThis.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_id, label) => fileOf(label) };

globalThis.YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  title: 'Backplane <small class="version"></small>',
  fetcher: createFetcher(location.pathname, (version) => {
    const place = document.querySelector('.version');
    if (place) place.textContent = version;
  }),
  // The headers tab holds a token: it is forgotten with the page rather than written into the browser's storage.
  shouldPersistHeaders: false,
  ...JSON.parse(document.querySelector('#options')?.textContent ?? '{}'),
});
