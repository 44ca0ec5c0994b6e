"use client";

import { useSyncExternalStore } from "react";

type Theme = "system" | "light" | "dark";

/** The themes to choose from, with their labels and glyphs. */
export const choices = [
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

/** Applies a theme: by a cookie for the server's next answer, and by an attribute for the current page. */
export function choose(theme: Theme): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const life = theme === "system" ? 0 : 31_536_000;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing over plain http.
  document.cookie = `theme=${theme}; path=/; max-age=${life}; samesite=lax${secure}`;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export const useTheme = () => useSyncExternalStore<Theme>(subscribe, current, () => "system");

export const frame = "inline-flex gap-0.5 rounded-md bg-sunken p-0.5 noscript:hidden";
export const choiceClass = "relative grid h-7 w-9 place-items-center rounded-[0.3125rem] text-ink-faint hover:text-ink";
