"use client";

import type { Route } from "next";
import { useEffect, useId, useRef } from "react";
import { Glyph } from "./glyph";
import { HiddenFields } from "./hidden-fields";
import { Link } from "./link";
import { useListAddress } from "./list-address";
import { withQuery } from "./page-query";
import { Button } from "./plain-button";
import { Spinner } from "./spinner";

type Filter = {
  label: string;
  name: string;
  value: string;
  /** The first option does not filter; its value is "". `short`: the text on the chip. */
  options: { value: string; label: string; short?: string }[];
  /** It changes how the list is shown instead of filtering it: it has no chip, and "Clear all" keeps it. */
  isView?: boolean;
};

type Props = {
  /** The page's path. */
  action: string;
  /** The purpose of the form, for screen readers. */
  label: string;
  search?: { label: string; placeholder?: string; value: string | undefined } | undefined;
  filters?: Filter[];
  /** Other parts of the query that are kept, such as the sorting. The current page is not. */
  keep?: Record<string, string>;
  /** Drawn on the page itself instead of in a list's card. */
  isBare?: boolean;
};

/**
 * Draws a list's search and filters in one row, and below it a chip for each active filter, which removes it. With
 * JavaScript the list follows every choice, and typing after a quarter of a second; without it, it is a GET form with a
 * button. Filters that have their first option are left out of the address.
 */
export function FilterBar({ action, label, search, filters = [], keep = {}, isBare }: Props) {
  const [isPending, lead] = useListAddress(action);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef("");
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = {
    ...keep,
    ...(search?.value ? { q: search.value } : {}),
    ...Object.fromEntries(filters.filter(({ value }) => value).map(({ name, value }) => [name, value])),
  };
  const state = JSON.stringify(shown);
  // The state follows the page, also when a link led to it.
  useEffect(() => {
    last.current = state;
  }, [state]);

  function go(form: HTMLFormElement) {
    clearTimeout(timer.current);
    const own = Object.fromEntries(
      [...new FormData(form)]
        .filter(([name]) => !Object.hasOwn(keep, name))
        .map(([name, v]) => [name, String(v).trim()]),
    );
    const asked = JSON.stringify({ ...keep, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value)) });
    if (asked === last.current) return;
    last.current = asked;
    lead(own, keep);
  }

  return (
    <search className={`flex flex-col gap-2.5 ${isBare ? "" : "border-hairline border-b px-4 py-3 md:px-5"}`}>
      <form
        method="get"
        action={action}
        aria-label={label}
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          go(event.currentTarget);
        }}
        onChange={(event) => {
          const form = event.currentTarget;
          clearTimeout(timer.current);
          if (event.target instanceof HTMLSelectElement) go(form);
          else timer.current = setTimeout(go, 250, form);
        }}
      >
        <HiddenFields values={keep} />
        {search && <SearchField {...search} isPending={isPending} />}
        {filters.map((filter) => (
          <FilterSelect key={filter.name} {...filter} />
        ))}
        <span className="hidden noscript:block">
          <Button type="submit">Apply</Button>
        </span>
        {!search && (
          <span aria-hidden="true" className="grid size-5 place-items-center text-ink-faint">
            {isPending && <Spinner />}
          </span>
        )}
      </form>
      <Chips action={action} shown={shown} keep={keep} filters={filters} />
    </search>
  );
}

function SearchField({
  label,
  placeholder,
  value = "",
  isPending,
}: NonNullable<Props["search"]> & { isPending: boolean }) {
  const field = useRef<HTMLInputElement>(null);
  // A link may lead to another search. The field is not changed while it has the focus.
  useEffect(() => {
    if (field.current && field.current !== document.activeElement) field.current.value = value;
  }, [value]);
  return (
    <div className="relative min-w-[min(10rem,100%)] grow md:max-w-72">
      <span className="pointer-events-none absolute inset-y-0 left-2.75 z-1 flex items-center text-ink-faint">
        {isPending ? <Spinner /> : <Glyph name="search" />}
      </span>
      <input
        ref={field}
        type="search"
        name="q"
        aria-label={label}
        placeholder={placeholder ?? label}
        defaultValue={value}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        className="control pl-8.5"
      />
    </div>
  );
}

function FilterSelect({ label, name, value, options }: Filter) {
  const id = useId();
  const field = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    if (field.current) field.current.value = value;
  }, [value]);
  return (
    <div className="filter" data-on={value ? "" : undefined}>
      <label htmlFor={id}>{label}</label>
      <select ref={field} id={id} name={name} defaultValue={value} className="control">
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-ink-faint">
        <Glyph name="down" />
      </span>
    </div>
  );
}

function Chips({
  action,
  shown,
  keep,
  filters,
}: {
  action: string;
  shown: Record<string, string>;
  keep: Record<string, string>;
  filters: Filter[];
}) {
  const on = filters.filter(({ value, isView }) => value && !isView);
  const views = filters.filter(({ value, isView }) => value && isView).map(({ name, value }) => [name, value]);
  if (on.length === 0) return null;
  return (
    <ul aria-label="Filters in use" className="flex flex-wrap items-center gap-1.5">
      {on.map(({ label, name, value, options }) => {
        const { [name]: _, ...rest } = shown;
        const option = options.find((each) => each.value === value);
        return (
          <li key={name}>
            <Link href={withQuery(action, rest) as Route} scroll={false} className="chip">
              <span className="sr-only">Remove the filter </span>
              <span className="text-ink-soft">{label}:</span> {option?.short ?? option?.label ?? value}
              <Glyph name="close" />
            </Link>
          </li>
        );
      })}
      <li>
        <Link
          href={withQuery(action, { ...keep, ...Object.fromEntries(views) }) as Route}
          scroll={false}
          className="chip-clear"
        >
          Clear all
        </Link>
      </li>
    </ul>
  );
}
