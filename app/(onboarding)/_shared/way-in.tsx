import type { ReactNode } from "react";
import { Building2 } from "@/app/_ui/icons";

/** Draws a card for one way to join a workspace: a title, a sentence, and its buttons. */
export function WayIn({ title, children, actions }: { title: ReactNode; children: ReactNode; actions: ReactNode }) {
  return (
    <li className="rounded-xl border border-hairline bg-surface p-4 shadow-card">
      <div className="flex items-start gap-3.5">
        <span
          aria-hidden="true"
          className="grid size-11 shrink-0 place-items-center rounded-lg border border-hairline text-accent"
        >
          <Building2 className="size-5" isThin />
        </span>
        <div className="min-w-0 flex-1">
          <p className="wrap-anywhere text-[0.9375rem]">{title}</p>
          <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{children}</p>
        </div>
      </div>
      <div className="mt-4 flex flex-wrap gap-2">{actions}</div>
    </li>
  );
}
