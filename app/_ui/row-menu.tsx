"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, type SubmitEvent, useEffect } from "react";
import { copy } from "./copy-button";
import { hrefParts } from "./dialog-context";
import { installMenuKeys } from "./menu-keys";
import { useToast } from "./toast";

const form = "rows";

/**
 * Shows what the menus of a table's rows have in common, once per page: the form their items submit. An item names a dialog and
 * the row it is about, and the page is asked for that dialog: without a script by a visit, with one without a reload.
 *
 * @param href the page as it is, to which the dialog is added
 */
export function RowMenus({ href }: { href: string }) {
  const router = useRouter();
  const { path, fields } = hrefParts(href);
  useEffect(installMenuKeys, []);
  const open = (event: SubmitEvent<HTMLFormElement>) => {
    const item = event.nativeEvent.submitter;
    if (!(item instanceof HTMLButtonElement)) return;
    event.preventDefault();
    item.closest<HTMLElement>("[popover]")?.hidePopover();
    router.push(`${path}?${new URLSearchParams([...fields, [item.name, item.value]])}` as Route, { scroll: false });
  };
  return (
    <form id={form} method="get" action={path} onSubmit={open}>
      {fields.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </form>
  );
}

/** Draws a row's menu. It repeats on every row, so it is as little as a menu can be; `RowMenus` has the rest. */
export function RowMenu({ row, label, children }: { row: string; label: string; children: ReactNode }) {
  const id = `row-${row}`;
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded="false"
        className="row-menu"
      />
      <div id={id} popover="auto" role="menu" aria-label={label} data-align="end" className="menu">
        {children}
      </div>
    </>
  );
}

/** Draws an item of a row's menu that saves a file. */
export function RowMenuDownload({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a role="menuitem" href={href} className="menu-item">
      {children}
    </a>
  );
}

/** Draws an item of a row's menu that puts text on the clipboard and says so. It is hidden where there is no script to do it. */
export function RowMenuCopy({ value, done, children }: { value: string; done: string; children: ReactNode }) {
  const toast = useToast();
  return (
    <button
      type="button"
      role="menuitem"
      className="menu-item noscript:hidden"
      onClick={async (event) => {
        event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
        if (await copy(value)) toast(done);
      }}
    >
      {children}
    </button>
  );
}

/** Draws an item of a row's menu: asks the page for a dialog about this row (`?dialog=DIALOG:ROW`), or says why it cannot. */
export function RowMenuItem({
  dialog,
  row,
  tone,
  disabledReason,
  children,
}: {
  dialog: string;
  row: string;
  tone?: "danger";
  disabledReason?: string | undefined;
  children: ReactNode;
}) {
  if (disabledReason !== undefined)
    return (
      <button type="button" role="menuitem" aria-disabled="true" className="menu-item">
        <span>
          {children}
          <span className="block text-xs text-ink-faint">{disabledReason}</span>
        </span>
      </button>
    );
  return (
    <button
      type="submit"
      form={form}
      name="dialog"
      value={`${dialog}:${row}`}
      role="menuitem"
      aria-haspopup="dialog"
      data-tone={tone}
      className="menu-item"
    >
      {children}
    </button>
  );
}
