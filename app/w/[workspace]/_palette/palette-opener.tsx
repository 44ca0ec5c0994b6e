"use client";

import { type ComponentType, type ReactNode, useEffect, useState } from "react";

/**
 * Opens the palette by its button, which comes from the server, and by its shortcut. The palette itself comes with its
 * first use; when it cannot be fetched, or without a script, the form leads to a page that does the same.
 */
export function PaletteOpener({ slug, children }: { slug: string; children: ReactNode }) {
  const [loaded, setLoaded] = useState<{ Palette: ComponentType<{ slug: string; onClose: () => void }> } | null>(null);
  const page = `/w/${slug}/find`;
  const open = (event: { preventDefault(): void }) => {
    event.preventDefault();
    // Nothing covers a dialog that is open: it may hold what is shown once.
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
