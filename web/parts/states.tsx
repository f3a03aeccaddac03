/** What stands in the place of content: loading, nothing, an error. */
import type { ReactNode } from 'react';
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
