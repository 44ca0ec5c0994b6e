import type { ReactNode } from "react";
import { RelativeTime } from "@/app/_ui/time";

/** Draws a task: its title, a sentence below, its age, and the answer beside it, or below it on phones. */
export function Item({
  icon,
  title,
  at,
  children,
  actions,
}: {
  icon: ReactNode;
  title: ReactNode;
  /** Since when; null: now. */
  at: Date | null;
  children?: ReactNode;
  actions: ReactNode;
}) {
  return (
    <li className="flex flex-col gap-3 px-4 py-3.5 sm:flex-row sm:items-start sm:justify-between sm:gap-6 md:px-5">
      <div className="flex min-w-0 items-start gap-3">
        <span aria-hidden="true" className="mt-0.5 shrink-0 text-ink-faint [&>svg]:size-4.5">
          {icon}
        </span>
        <div className="min-w-0">
          <p className="wrap-anywhere text-pretty">{title}</p>
          <div className="wrap-anywhere text-[0.8125rem] text-ink-soft">
            {children}
            {children && at && " · "}
            {at && <RelativeTime date={at} />}
          </div>
        </div>
      </div>
      <div className="flex flex-wrap items-start gap-2 max-sm:ps-7.5 sm:shrink-0 sm:justify-end">{actions}</div>
    </li>
  );
}
