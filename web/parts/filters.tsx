/** Filters that stand in the address, so that a link leads to the same list. */
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { texts } from '../text/texts.ts';

export interface AddressFilter {
  get(name: string): string;
  /** An empty value removes it. */
  set(name: string, value: string): void;
}

export function useAddressFilter(): AddressFilter {
  const [parameters, setParameters] = useSearchParams();
  return {
    get: (name) => parameters.get(name) ?? '',
    set: (name, value) =>
      setParameters(
        (former) => {
          const next = new URLSearchParams(former);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
  };
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** Without a choice; "all" unless given. */
  readonly first?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

/** One of several, or none of them. */
export function Choice({ label, value, first = texts.all, options, onChange }: ChoiceProps) {
  return (
    <label className="choice">
      <span>{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{first}</option>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const settleMs = 300;

/** Reached by `/`, emptied by Escape. */
export function SearchBox({ label, value, onChange }: Omit<ChoiceProps, 'options' | 'first'>) {
  const [typed, setTyped] = useState(value);
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  const change = (text: string) => {
    setTyped(text);
    clearTimeout(timer);
    setTimer(setTimeout(() => onChange(text.trim()), settleMs));
  };
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={`${label}  ( / )`}
      maxLength={80}
      value={typed}
      onChange={({ target }) => change(target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (typed === '') event.currentTarget.blur();
        else change('');
      }}
    />
  );
}
