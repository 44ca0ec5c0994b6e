"use client";

import { useId, useSyncExternalStore } from "react";
import { Glyph } from "./glyph";

type Theme = "system" | "light" | "dark";

const choices = [
  { value: "system", label: "System", glyph: "system" },
  { value: "light", label: "Light", glyph: "sun" },
  { value: "dark", label: "Dark", glyph: "moon" },
] as const;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** The cookie is what the server reads at the next request; the attribute is what the eye sees now. */
function choose(theme: Theme): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const life = theme === "system" ? 0 : 31_536_000;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing over plain http.
  document.cookie = `theme=${theme}; path=/; max-age=${life}; samesite=lax${secure}`;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

const useTheme = () => useSyncExternalStore<Theme>(subscribe, current, () => "system");

const frame = "inline-flex gap-0.5 rounded-md bg-sunken p-0.5 noscript:hidden";
const choiceClass = "relative grid h-7 w-9 place-items-center rounded-[0.3125rem] text-ink-faint hover:text-ink";

/** System, light or dark. Without JavaScript the page follows the system and this is not shown. */
export function ThemeSwitch() {
  const theme = useTheme();
  const name = useId();
  return (
    <fieldset className={frame}>
      <legend className="sr-only">Theme</legend>
      {choices.map(({ value, label, glyph }) => (
        <label
          key={value}
          title={label}
          className={`${choiceClass} has-checked:bg-raised has-checked:text-ink has-checked:shadow-card has-checked:ring-1 has-checked:ring-hairline has-focus-visible:outline-2 has-focus-visible:outline-accent`}
        >
          <input
            type="radio"
            name={name}
            value={value}
            aria-label={label}
            checked={theme === value}
            onChange={() => choose(value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          <Glyph name={glyph} />
        </label>
      ))}
    </fieldset>
  );
}

/** The same choice as a row of items in a menu. */
export function ThemeMenuItems() {
  const theme = useTheme();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a menu holds groups, not fieldsets.
    <div role="group" aria-label="Theme" className={frame}>
      {choices.map(({ value, label, glyph }) => {
        const isChosen = theme === value;
        return (
          <button
            key={value}
            type="button"
            role="menuitemradio"
            aria-checked={isChosen}
            aria-label={label}
            title={label}
            onClick={() => choose(value)}
            className={`${choiceClass} aria-checked:bg-raised aria-checked:text-ink aria-checked:shadow-card aria-checked:ring-1 aria-checked:ring-hairline`}
          >
            <Glyph name={glyph} />
          </button>
        );
      })}
    </div>
  );
}
