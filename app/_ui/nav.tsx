"use client";

import type { Route } from "next";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Link } from "./link";

/** Draws a named group of links in the sheet. */
export function NavGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-px">
      <p className="caption px-2.5 pb-1.5">{label}</p>
      {children}
    </div>
  );
}

/** Draws a link of the navigation; it knows when its page, or one below it, is the current one. */
export function NavLink({
  href,
  icon,
  children,
  isExact,
  trailing,
}: {
  href: string;
  icon?: ReactNode;
  children: ReactNode;
  /** Current only on exactly this address, not below it. */
  isExact?: boolean;
  trailing?: ReactNode;
}) {
  const path = usePathname();
  const isCurrent = path === href || (!isExact && path.startsWith(`${href}/`));
  return (
    <Link
      href={href as Route}
      aria-current={isCurrent ? "page" : undefined}
      className="group relative flex min-h-8.5 items-center gap-2.5 rounded-md px-2.5 py-1 text-ink-soft transition-colors before:absolute before:inset-y-2 before:-left-3 before:w-0.5 before:rounded-full hover:bg-sunken hover:text-ink aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink aria-[current]:before:bg-accent pointer-coarse:min-h-11"
    >
      {icon && (
        <span
          aria-hidden="true"
          className="text-ink-faint group-hover:text-ink-soft group-aria-[current]:text-accent [&>svg]:size-4"
        >
          {icon}
        </span>
      )}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {trailing}
    </Link>
  );
}
