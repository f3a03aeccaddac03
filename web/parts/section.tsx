import { type ReactNode, useId } from 'react';

interface Props {
  readonly title: string;
  /** Beside the title, such as a choice. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a screen, with its heading. */
export function Section({ title, beside, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="card">
      <header className="section-head">
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}
