"use client";

import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { type SubmitEvent, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { copy } from "./copy";
import { Dialog } from "./dialog";
import { hrefParts } from "./dialog-context";
import { Link } from "./link";
import { installMenuKeys } from "./menu-keys";
import { readDialog } from "./page-query";
import { useToast } from "./toast";

const form = "rows";
const popover = "row-menu";
const asked = "menu";

/**
 * An item of a row's menu: it opens a dialog about the row, leads to a page, saves a file, or copies text and shows a
 * message.
 */
export type MenuItem = {
  label: string;
  tone?: "danger" | undefined;
  /** Disables the item and shows the reason below its name. */
  disabledReason?: string | undefined;
} & ({ dialog: string } | { href: string } | { file: string } | { copied: string; done: string });

/** A row's menu. `row`: the row's id; `label`: the menu's name and its button's. */
export type MenuOfRow = { row: string; label: string; items: MenuItem[] };

type Props<Row> = {
  /** The page's present address, to which a dialog is added. */
  href: string;
  rows: readonly Row[];
  menuOf: (row: Row) => MenuOfRow;
};

/**
 * Draws the one menu that all rows of a table share, once per page; each row has only a button (`RowMenu`). The menu's
 * items are made when a row's button is pressed. Without JavaScript the button loads the page with that menu as a
 * dialog.
 */
export function RowMenus<Row>({ href, rows, menuOf }: Props<Row>) {
  const router = useRouter();
  const { dialog, about } = readDialog(useSearchParams().get("dialog") ?? undefined);
  const [opened, setOpened] = useState<string>();
  useEffect(installMenuKeys, []);
  useEffect(() => {
    const open = ({ target }: MouseEvent) => {
      const button = target instanceof Element ? target.closest<HTMLButtonElement>("button.row-menu") : null;
      // When it is pressed again, the browser closes the menu.
      if (!button || button.popoverTargetElement) return;
      flushSync(() => setOpened(button.value.slice(asked.length + 1)));
      takeOver(button);
    };
    // In the capture phase, so that it runs before the button's own effect, which then opens the menu.
    document.addEventListener("click", open, true);
    return () => document.removeEventListener("click", open, true);
  }, []);
  const menuFor = (id: string | undefined) => {
    if (id === undefined) return undefined;
    for (const row of rows) {
      const menu = menuOf(row);
      if (menu.row === id) return menu;
    }
    return undefined;
  };
  const { path, fields } = hrefParts(href);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const item = event.nativeEvent.submitter;
    if (!(item instanceof HTMLButtonElement)) return;
    event.preventDefault();
    item.closest<HTMLElement>("[popover]")?.hidePopover();
    router.push(`${path}?${new URLSearchParams([...fields, [item.name, item.value]])}` as Route, { scroll: false });
  };
  const menu = menuFor(opened);
  const menuAsked = dialog === asked ? menuFor(about) : undefined;
  return (
    <>
      <form id={form} method="get" action={path} onSubmit={submit}>
        {fields.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
      </form>
      {menu && (
        <div id={popover} popover="auto" role="menu" aria-label={menu.label} data-align="end" className="menu">
          <Items {...menu} />
        </div>
      )}
      {menuAsked && (
        <Dialog id={`${asked}-${menuAsked.row}`} title={menuAsked.label} size="sm" open closeHref={href}>
          <div role="menu" aria-label={menuAsked.label} className="flex flex-col">
            <Items {...menuAsked} />
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Makes this row's button the one that opens and closes the menu, instead of the previous row's. */
function takeOver(button: HTMLButtonElement): void {
  document.getElementById(popover)?.hidePopover();
  const before = document.querySelector<HTMLButtonElement>(`.row-menu[popovertarget="${popover}"]`);
  if (before) {
    before.type = "submit";
    before.removeAttribute("popovertarget");
    before.removeAttribute("aria-expanded");
  }
  button.type = "button";
  button.setAttribute("popovertarget", popover);
}

/**
 * Draws the button of a row's menu. It repeats on every row, so it is as small as possible; `RowMenus` does the rest.
 */
export function RowMenu({ row, label }: { row: string; label: string }) {
  return (
    <button
      type="submit"
      form={form}
      name="dialog"
      value={`${asked}:${row}`}
      aria-label={label}
      aria-haspopup="menu"
      className="row-menu"
    />
  );
}

function Items({ row, items }: MenuOfRow) {
  return items.map((item) => <Item key={item.label} row={row} item={item} />);
}

function Item({ row, item }: { row: string; item: MenuItem }) {
  const toast = useToast();
  const look = { role: "menuitem", "data-tone": item.tone, className: "menu-item" };
  if (item.disabledReason !== undefined)
    return (
      <button type="button" role="menuitem" aria-disabled="true" className="menu-item">
        <span>
          {item.label}
          <span className="block text-xs text-ink-faint">{item.disabledReason}</span>
        </span>
      </button>
    );
  if ("dialog" in item)
    return (
      <button {...look} type="submit" form={form} name="dialog" value={`${item.dialog}:${row}`} aria-haspopup="dialog">
        {item.label}
      </button>
    );
  if ("href" in item)
    return (
      <Link {...look} href={item.href as Route}>
        {item.label}
      </Link>
    );
  if ("file" in item)
    return (
      <a {...look} href={item.file}>
        {item.label}
      </a>
    );
  return (
    <button
      {...look}
      type="button"
      className="menu-item noscript:hidden"
      onClick={async (event) => {
        event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
        if (await copy(item.copied)) toast(item.done);
      }}
    >
      {item.label}
    </button>
  );
}
