/** What stands in the place of content: loading, nothing, an error. */
import type { ReactNode } from 'react';
import type { Pages } from '../api/use-pages.ts';
import type { Reading } from '../api/use-reading.ts';
import { texts } from '../text/texts.ts';
import { Time } from './clock.tsx';

export const Loading = ({ what = texts.loading }: { readonly what?: string }) => (
  <p className="loading" role="status">
    {what}…
  </p>
);

export const Empty = ({ children, hint }: { readonly children: ReactNode; readonly hint?: string }) => (
  <div className="empty">
    <p>{children}</p>
    {hint && <p className="quiet">{hint}</p>}
  </div>
);

/** Nothing was read, or what is shown could not be read again. */
export function ReadingState({
  reading,
}: {
  readonly reading: Omit<Reading<unknown>, 'data'> & { readonly data: unknown };
}) {
  const { data, failure, asOf, isLoading, reload } = reading;
  if (!failure) return data === null && isLoading ? <Loading /> : null;
  return (
    <div className="notice bad" role="alert">
      <strong>{asOf ? texts.errors.stale : texts.errors.title}</strong>
      <span>{failure.message}</span>
      {asOf && (
        <span>
          {texts.asOf} <Time at={asOf} both />
        </span>
      )}
      <button type="button" onClick={reload}>
        {texts.tryAgain}
      </button>
    </div>
  );
}

type ListOf = Pick<Pages<unknown>, 'rows' | 'failure' | 'isLoading' | 'reload' | 'loadMore'>;

/** The same for a list that is read page after page. */
export function ListState({ pages: { rows, failure, isLoading, reload, loadMore } }: { readonly pages: ListOf }) {
  if (!failure) return rows.length === 0 && isLoading ? <Loading /> : null;
  return (
    <div className="notice bad" role="alert">
      <strong>{rows.length > 0 ? texts.errors.incompleteList : texts.errors.title}</strong>
      <span>{failure.message}</span>
      <button type="button" onClick={rows.length > 0 ? loadMore : reload}>
        {texts.tryAgain}
      </button>
    </div>
  );
}
