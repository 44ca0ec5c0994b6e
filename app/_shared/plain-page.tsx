import type { ReactNode } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Link } from "@/app/_ui/link";
import { Wordmark } from "@/app/_ui/mark";
import { instanceName } from "@/server/composition/appearance";

/** Draws a page outside of workspaces: one column, and a link back. `isWide`: with space for an index at its side. */
export function PlainPage({ isWide, children }: { isWide?: boolean; children: ReactNode }) {
  const name = instanceName();
  return (
    <main id="content" className={`mx-auto w-full p-6 md:p-10 ${isWide ? "max-w-250" : "max-w-200"}`}>
      <div className="mb-10 flex items-center justify-between gap-4">
        <Link href="/" aria-label={`${name}, home`} className="min-w-0">
          <Wordmark />
        </Link>
        <div className="-me-3.5">
          <LinkButton href="/" variant="ghost">
            Back to {name}
          </LinkButton>
        </div>
      </div>
      {children}
    </main>
  );
}
