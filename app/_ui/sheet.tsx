"use client";

import { type ReactNode, useEffect } from "react";
import { Glyph } from "./glyph";
import { installMenuKeys } from "./menu-keys";

/**
 * Draws the column beside the page; below 768 px the same element is a drawer that `SheetButton` opens without
 * JavaScript. Its contents exist once, so names in it are unique at every width.
 */
export function Sheet({
  id = "navigation",
  label = "Sidebar",
  children,
}: {
  id?: string;
  label?: string;
  children: ReactNode;
}) {
  useEffect(installMenuKeys, []);
  return (
    <aside id={id} popover="auto" aria-label={label} data-sheet="" className="sheet">
      <button
        type="button"
        popoverTarget={id}
        popoverTargetAction="hide"
        aria-label="Close navigation"
        className="absolute top-3 right-3 grid size-9 place-items-center rounded-md text-ink-soft hover:bg-sunken md:hidden"
      >
        <Glyph name="close" />
      </button>
      {children}
    </aside>
  );
}

/** Draws the button that opens the sheet, shown only where the sheet is a drawer. */
export function SheetButton({ sheet = "navigation", label = "Open navigation" }: { sheet?: string; label?: string }) {
  return (
    <button
      type="button"
      popoverTarget={sheet}
      aria-label={label}
      className="grid size-10 place-items-center rounded-md text-ink hover:bg-sunken md:hidden"
    >
      <Glyph name="lines" className="size-5" />
    </button>
  );
}
