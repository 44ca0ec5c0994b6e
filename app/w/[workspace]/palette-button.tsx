"use client";

import { type ComponentType, useEffect, useRef, useState } from "react";
import { Glyph } from "@/app/_ui/glyph";

/**
 * "Search or jump to…", and its shortcut. The palette itself comes with its first use; without a script, or when it
 * cannot be fetched, the button leads to a page that does the same.
 */
export function PaletteButton({ slug }: { slug: string }) {
  const form = useRef<HTMLFormElement>(null);
  const [palette, setPalette] = useState<{ Palette: ComponentType<{ slug: string; onClose: () => void }> }>();

  function open() {
    if (!document.querySelector("dialog:modal")) import("./palette").then(setPalette, () => form.current?.submit());
  }
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.key !== "k" || event.metaKey === event.ctrlKey || event.altKey) return;
      event.preventDefault();
      open();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return (
    <>
      <form ref={form} action={`/w/${slug}/find`}>
        <button
          type="submit"
          aria-haspopup="dialog"
          aria-keyshortcuts="Control+K Meta+K"
          className="control flex items-center gap-2 text-ink-faint"
          onClick={(event) => {
            event.preventDefault();
            event.currentTarget.focus();
            open();
          }}
        >
          <Glyph name="search" />
          Search or jump to…
        </button>
      </form>
      {palette && <palette.Palette slug={slug} onClose={() => setPalette(undefined)} />}
    </>
  );
}
