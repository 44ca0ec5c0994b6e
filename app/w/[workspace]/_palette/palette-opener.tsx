"use client";

import { type ComponentType, type ReactNode, useEffect, useState } from "react";

/**
 * Opens the palette by its button, which the server renders, and by its keyboard shortcut. The palette's code is loaded
 * on first use; when it cannot be loaded, or without JavaScript, the form leads to a page with the same results.
 */
export function PaletteOpener({ slug, children }: { slug: string; children: ReactNode }) {
  const [loaded, setLoaded] = useState<{ Palette: ComponentType<{ slug: string; onClose: () => void }> } | null>(null);
  const page = `/w/${slug}/find`;
  const open = (event: { preventDefault(): void }) => {
    event.preventDefault();
    // An open dialog is not covered, because it may show a secret that is shown only once.
    if (!document.querySelector(":modal")) import("./palette").then(setLoaded, () => location.assign(page));
  };

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === "k" && event.metaKey !== event.ctrlKey) open(event);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  return (
    <form action={page} onSubmit={open}>
      {children}
      {loaded && <loaded.Palette slug={slug} onClose={() => setLoaded(null)} />}
    </form>
  );
}
