"use client";

import type { Route } from "next";
import { type ComponentProps, type ReactNode, useEffect, useId } from "react";
import { Link } from "./link";
import { installMenuKeys } from "./menu-keys";

/**
 * Draws a button and its menu. The browser opens and closes it (popover) and CSS places it beside the button;
 * JavaScript adds arrow keys, Home, End, type-ahead and focus handling.
 */
export function Menu({
  label,
  trigger,
  children,
  align = "start",
  side = "bottom",
  triggerClassName = "",
  className = "",
}: {
  /** The menu's name. The button's name is its visible text followed by this, so that voice control finds it. */
  label: string;
  /** The contents of the button. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  triggerClassName?: string;
  className?: string;
}) {
  const id = useId();
  useEffect(installMenuKeys, []);
  return (
    <>
      <button type="button" popoverTarget={id} aria-haspopup="menu" aria-expanded="false" className={triggerClassName}>
        {trigger}
        <span className="sr-only">{label}</span>
      </button>
      <div
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        data-align={align}
        data-side={side}
        className={`menu ${className}`}
      >
        {children}
      </div>
    </>
  );
}

type ItemLook = {
  /** Decorative, before the name. */
  icon?: ReactNode;
  /** At the end: a count, a badge, a keyboard shortcut. */
  trailing?: ReactNode;
  tone?: "danger";
  /** Disables the item and shows the reason below its name. */
  disabledReason?: string;
};

function Inside({ icon, trailing, disabledReason, children }: ItemLook & { children: ReactNode }) {
  return (
    <>
      {icon}
      {disabledReason ? (
        <span className="min-w-0 flex-1">
          <span className="menu-words">{children}</span>
          <span className="block text-xs text-ink-faint">{disabledReason}</span>
        </span>
      ) : (
        <span className="menu-words">{children}</span>
      )}
      {trailing && <span className="shrink-0 text-xs text-ink-faint">{trailing}</span>}
    </>
  );
}

/** Draws a menu item that is a link. */
export function MenuLink({
  href,
  icon,
  trailing,
  tone,
  children,
  ...rest
}: Omit<ComponentProps<typeof Link>, "href"> & Omit<ItemLook, "disabledReason"> & { href: string }) {
  return (
    <Link href={href as Route} {...rest} role="menuitem" data-tone={tone} className="menu-item">
      <Inside icon={icon} trailing={trailing}>
        {children}
      </Inside>
    </Link>
  );
}

/** Draws a menu item that acts: `type="submit"` inside a form, or an `onClick`. */
export function MenuButton({
  icon,
  trailing,
  tone,
  disabledReason,
  type = "button",
  children,
  ...rest
}: ComponentProps<"button"> & ItemLook) {
  const look = { icon, trailing, disabledReason };
  if (disabledReason !== undefined) {
    return (
      <button type="button" role="menuitem" aria-disabled="true" className="menu-item">
        <Inside {...look}>{children}</Inside>
      </button>
    );
  }
  return (
    <button type={type} role="menuitem" data-tone={tone} className="menu-item" {...rest}>
      <Inside {...look}>{children}</Inside>
    </button>
  );
}

/** Draws the heading of the items below it; not an item itself. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <div role="presentation" className="caption px-2.25 pt-2 pb-1">
      {children}
    </div>
  );
}

/** Draws a line between groups of items. */
export function MenuSeparator() {
  return <hr className="-mx-[0.3125rem] my-[0.3125rem] border-hairline" />;
}
