"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type SubmitEvent, useEffect, useState } from "react";
import { hrefParts } from "./dialog-context";
import { Button } from "./plain-button";

type Props = {
  /** The id of the form that the rows' checkboxes belong to, and their name. */
  form: string;
  name: string;
  /** The address to which the dialog and the selected rows are added: this page, or another one. */
  href: string;
  /** The query parameter that names the action. */
  asked?: string;
  actions: { dialog: string; label: string }[];
};

/**
 * Draws the actions for the selected rows. CSS shows it as soon as a row is selected, also without JavaScript. Each
 * action loads its dialog, which lists the rows again before anything is changed.
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
    // Runs after each render, because the rows may have changed.
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
