import Link from "next/link";
import type { ReactNode } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Wordmark } from "@/app/_ui/mark";

/** Draws a page outside any workspace: one column, and the way back. */
export function PlainPage({ children }: { children: ReactNode }) {
  return (
    <main id="content" className="mx-auto w-full max-w-200 p-6 md:p-10">
      <div className="mb-10 flex items-center justify-between gap-4">
        <Link href="/" aria-label="Atelier, home">
          <Wordmark />
        </Link>
        <div className="-me-3.5">
          <LinkButton href="/" variant="ghost">
            Back to Atelier
          </LinkButton>
        </div>
      </div>
      {children}
    </main>
  );
}
