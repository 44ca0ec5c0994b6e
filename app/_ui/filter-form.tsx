"use client";

import { type ReactNode, useId } from "react";
import { Glyph } from "./glyph";
import { HiddenFields } from "./hidden-fields";
import { useListAddress } from "./list-address";
import { Button } from "./plain-button";
import { Spinner } from "./spinner";

/**
 * Draws a row of selects that narrow a list. Without JavaScript it is a GET form with a button; with it the list follows every
 * choice. What is left at its first option stays out of the address.
 */
export function FilterForm({
  action,
  keep,
  label,
  children,
}: {
  action: string;
  /** Other parts of the query that a choice keeps. */
  keep: Record<string, string>;
  /** What the form is for, read aloud. */
  label: string;
  children: ReactNode;
}) {
  const [isPending, go] = useListAddress(action);
  return (
    <form
      method="get"
      action={action}
      aria-label={label}
      className="flex flex-wrap items-end gap-3"
      onChange={(event) => {
        const own = [...new FormData(event.currentTarget)].filter(([name]) => !Object.hasOwn(keep, name));
        go(Object.fromEntries(own) as Record<string, string>, keep);
      }}
    >
      <HiddenFields values={keep} />
      {children}
      <span className="hidden noscript:block">
        <Button type="submit">Apply</Button>
      </span>
      <span aria-hidden="true" className="grid size-9 place-items-center text-ink-faint">
        {isPending && <Spinner />}
      </span>
    </form>
  );
}

/** Draws a select of a `FilterForm`: small, with its name above it. */
export function FilterSelect({
  label,
  name,
  value,
  options,
}: {
  label: string;
  name: string;
  value: string;
  options: { value: string; label: string }[];
}) {
  const id = useId();
  return (
    <div className="flex min-w-32 flex-1 flex-col gap-1 sm:max-w-52">
      <label htmlFor={id} className="text-[0.8125rem] text-ink-soft">
        {label}
      </label>
      <div className="relative">
        <select key={value} id={id} name={name} defaultValue={value} className="control">
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-faint">
          <Glyph name="down" />
        </span>
      </div>
    </div>
  );
}
