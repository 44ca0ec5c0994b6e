"use client";

import type { Route } from "next";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Link } from "./link";

/** Draws a named group of links in the navigation. */
export function NavGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-px">
      <p className="caption px-2.5 pb-1.5">{label}</p>
      {children}
    </div>
  );
}

/** Draws a link of the navigation. It is marked as current on its page and the pages below it. */
export function NavLink({
  href,
  icon,
  children,
  isExact,
  trailing,
}: {
  href: string;
  /** Decorative, before the text. */
  icon?: ReactNode;
  children: ReactNode;
  /** Current only on exactly this address, not below it. */
  isExact?: boolean;
  trailing?: ReactNode;
}) {
  const path = usePathname();
  const isCurrent = path === href || (!isExact && path.startsWith(`${href}/`));
  return (
    <Link href={href as Route} aria-current={isCurrent ? "page" : undefined} className="nav-link">
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {trailing}
    </Link>
  );
}
