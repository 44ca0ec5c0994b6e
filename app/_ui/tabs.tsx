import type { Route } from "next";
import { Link } from "./link";

type Tab = {
  name: string;
  href: string;
  /** The number of items in the tab, such as "3" or "100+". */
  count?: string | undefined;
};

/** Draws the pages of one part of the product as tabs. They are links; one of them is the current page. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav aria-label={label} className="mb-6 flex gap-1 overflow-x-auto border-hairline border-b">
      {tabs.map(({ name, href, count }) => (
        <Link
          key={name}
          href={href as Route}
          aria-current={name === current ? "page" : undefined}
          className="group -mb-px flex items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-ink-soft hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink aria-[current]:[scroll-initial-target:nearest]"
        >
          {name}{" "}
          {count !== undefined && (
            <span className="figures rounded-full bg-sunken px-1.5 font-normal text-ink-soft text-xs leading-5">
              {count}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
