import { useEffect, useState } from 'react';
import { texts } from '../text/texts.ts';

/** A text with a button that copies it. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <span className="copyable">
      <code>{text}</code>
      <CopyButton label={label} read={() => text} />
    </span>
  );
}

/** `read`: the text of the moment in which somebody presses it. */
export function CopyButton({ label, read }: { readonly label: string; readonly read: () => string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    navigator.clipboard?.writeText(read()).then(
      () => setCopied(true),
      // The browser forbids it: the text can be selected.
      () => undefined,
    );
  };
  return (
    <button type="button" onClick={copy} aria-label={`${texts.copy}: ${label}`}>
      {isCopied ? texts.copied : texts.copy}
    </button>
  );
}
