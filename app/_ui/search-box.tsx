"use client";

import { useEffect, useRef } from "react";
import { Glyph } from "./glyph";
import { useListAddress } from "./list-address";
import { Spinner } from "./spinner";

/**
 * Draws a search field. Without JavaScript it is a GET form. With it, the list follows a quarter of a second after the
 * last key, and the focus stays in the field.
 */
export function SearchBox({
  label,
  action,
  defaultValue = "",
  keep = {},
  name = "q",
  placeholder,
}: {
  label: string;
  /** The page's path. */
  action: string;
  defaultValue?: string;
  /** Other query parameters that a search keeps (filters, the sorting). The current page is not kept. */
  keep?: Record<string, string>;
  name?: string;
  placeholder?: string;
}) {
  const [isPending, lead] = useListAddress(action);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(defaultValue);
  useEffect(() => () => clearTimeout(timer.current), []);

  function go(text: string) {
    clearTimeout(timer.current);
    if (text === last.current) return;
    last.current = text;
    lead({ [name]: text }, keep);
  }

  return (
    <search className="w-full md:w-72">
      <form
        method="get"
        action={action}
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          go(String(new FormData(event.currentTarget).get(name) ?? "").trim());
        }}
      >
        {Object.entries(keep).map(([key, value]) => (
          <input key={key} type="hidden" name={key} value={value} />
        ))}
        <span className="pointer-events-none absolute inset-y-0 left-2.75 z-1 flex items-center text-ink-faint">
          {isPending ? <Spinner /> : <Glyph name="search" />}
        </span>
        <input
          type="search"
          name={name}
          aria-label={label}
          placeholder={placeholder ?? label}
          defaultValue={defaultValue}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          className="control pl-8.5"
          onInput={(event) => {
            const text = event.currentTarget.value.trim();
            clearTimeout(timer.current);
            timer.current = setTimeout(go, 250, text);
          }}
        />
      </form>
    </search>
  );
}
