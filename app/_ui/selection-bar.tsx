"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type SubmitEvent, useEffect, useState } from "react";
import { hrefParts } from "./dialog-context";
import { Button } from "./plain-button";

type Props = {
  /** The form's id, which the rows' boxes name, and their name. */
  form: string;
  name: string;
  /** The page as it is, to which the dialog and the chosen rows are added; or another page that is asked for them. */
  href: string;
  /** What the address calls that which is asked for. */
  asked?: string;
  actions: { dialog: string; label: string }[];
};

/**
 * Draws what can be done to the rows that are ticked; it is there as soon as one is (CSS sees to that, without a script too). Each
 * action asks the page for its dialog, which names the rows again before anything is changed.
 */
export function SelectionBar({ form, name, href, asked = "dialog", actions }: Props) {
  const router = useRouter();
  const { path, fields } = hrefParts(href);
  const [count, setCount] = useState(0);
  useEffect(() => {
    const look = () =>
      setCount(document.querySelectorAll(`tbody input[type=checkbox][form="${form}"][name="${name}"]:checked`).length);
    look();
    document.addEventListener("change", look);
    return () => document.removeEventListener("change", look);
    // Also after the list was drawn again: its rows may be others.
  });
  const open = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const sent = [...new FormData(event.currentTarget, event.nativeEvent.submitter)].map(([key, value]) => [
      key,
      String(value),
    ]);
    router.push(`${path}?${new URLSearchParams(sent)}` as Route, { scroll: false });
  };
  return (
    <form id={form} method="get" action={path} onSubmit={open} aria-label="Selected rows" className="selection-bar">
      {fields.map(([key, value]) => (
        <input key={key} type="hidden" name={key} value={value} />
      ))}
      <p role="status" className="figures me-auto font-medium text-[0.8125rem]">
        {count > 0 ? `${count} selected` : "With the selected rows"}
      </p>
      {actions.map(({ dialog, label }) => (
        <Button key={dialog} type="submit" size="sm" name={asked} value={dialog}>
          {label}
        </Button>
      ))}
    </form>
  );
}
