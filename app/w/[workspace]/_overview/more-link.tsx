import type { Route } from "next";
import type { ReactNode } from "react";
import { Link } from "@/app/_ui/link";

/** Draws the link from a card to the page with the full list. */
export function MoreLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href as Route}
      className="text-[0.8125rem] text-ink-soft underline decoration-hairline underline-offset-3 hover:text-ink hover:decoration-current"
    >
      {children}
    </Link>
  );
}
