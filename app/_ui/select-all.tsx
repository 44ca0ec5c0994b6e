"use client";

import { useEffect, useRef } from "react";

/**
 * Draws the box in a table's head that ticks all rows of the page, and is half ticked while some are. It needs a script; without
 * one rows are ticked one by one.
 *
 * @param form the id of the form that the rows' boxes belong to
 */
export function SelectAll({ form, name }: { form: string; name: string }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const show = () => {
      const all = boxesOf(form, name);
      const ticked = all.filter(({ checked }) => checked).length;
      if (!box.current) return;
      box.current.checked = ticked > 0 && ticked === all.length;
      box.current.indeterminate = ticked > 0 && ticked < all.length;
    };
    show();
    document.addEventListener("change", show);
    return () => document.removeEventListener("change", show);
    // Also after the list was drawn again: its rows may be others.
  });
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label="Select all on this page"
      className="noscript:hidden"
      onChange={(event) => {
        for (const each of boxesOf(form, name)) each.checked = event.currentTarget.checked;
      }}
    />
  );
}

function boxesOf(form: string, name: string): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${form}"][name="${name}"]`)];
}
