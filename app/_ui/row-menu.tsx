"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, type SubmitEvent, useEffect } from "react";
import { installMenuKeys } from "./menu-keys";

const form = "rows";

/**
 * What the menus of a table's rows have in common, once per page: the form their items submit. An item names a dialog and
 * the row it is about, and the page is asked for that dialog: without a script by a visit, with one without a reload.
 */
export function RowMenus({ action }: { action: string }) {
  const router = useRouter();
  useEffect(installMenuKeys, []);
  const open = (event: SubmitEvent<HTMLFormElement>) => {
    const item = event.nativeEvent.submitter;
    if (!(item instanceof HTMLButtonElement)) return;
    event.preventDefault();
    item.closest<HTMLElement>("[popover]")?.hidePopover();
    router.push(`${action}?${new URLSearchParams({ [item.name]: item.value })}` as Route, { scroll: false });
  };
  return <form id={form} method="get" action={action} onSubmit={open} />;
}

/** A row's menu. It repeats on every row, so it is as little as a menu can be; `RowMenus` has the rest. */
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

/** An item of a row's menu: asks the page for a dialog about this row (`?dialog=DIALOG:ROW`), or says why it cannot. */
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
