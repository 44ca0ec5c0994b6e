"use client";

import { useEffect, useRef } from "react";

/**
 * Draws the checkbox in a table's head that selects all rows of the page; it is indeterminate while only some are
 * selected. Without JavaScript it is absent and rows are selected one by one.
 *
 * @param form the id of the form that the rows' checkboxes belong to
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
    // Runs after each render, because the rows may have changed.
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
