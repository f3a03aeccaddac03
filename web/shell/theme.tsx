/** Light or dark. The choice is the only thing that the dashboard keeps in the browser. */
import { useState } from 'react';
import { texts } from '../text/texts.ts';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'backplane.theme';

/** A browser may forbid its storage. */
function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(key);
    return themes.find((theme) => theme === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // It holds until the page is closed.
  }
}

function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}
applyTheme(readTheme());

export function ThemeChoice() {
  const [theme, setTheme] = useState(readTheme);
  return (
    <label className="choice">
      <span>{texts.theme.label}</span>
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find((one) => one === target.value) ?? 'system';
          applyTheme(chosen);
          keepTheme(chosen);
          setTheme(chosen);
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {texts.theme[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
