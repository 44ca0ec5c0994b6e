"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { Link } from "./link";

export type LegendEntry = { ink: number; name: string };

/**
 * Draws the shared legend of all charts of a page, which switches each series on and off. Hidden series are in the
 * address, so each entry is a link; with JavaScript the legend and the charts change at once, without a reload.
 *
 * @param href the page's address without hidden series
 * @param hidden the inks of the hidden series
 */
export function ChartLegend({ entries, hidden, href }: { entries: LegendEntry[]; hidden: number[]; href: string }) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const [off, setOff] = useOptimistic(hidden);
  return (
    <nav aria-label="Series in the charts" aria-busy={isPending}>
      <ul className="flex flex-wrap gap-1.5 text-[0.8125rem]">
        {entries.map(({ ink, name }) => {
          const isOff = off.includes(ink);
          const next = isOff ? off.filter((each) => each !== ink) : [...off, ink];
          const target = hrefWithout(href, next);
          return (
            <li key={ink} className="min-w-0">
              <Link
                href={target as Route}
                scroll={false}
                replace
                aria-label={`${isOff ? "Show" : "Hide"} ${name}`}
                title={isOff ? "Show in the charts" : "Hide from the charts"}
                data-off={isOff ? "" : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
                  event.preventDefault();
                  start(() => {
                    setOff(next);
                    router.replace(target as Route, { scroll: false });
                  });
                }}
                className="chart-key"
              >
                <svg width="10" height="10" aria-hidden="true" className="shrink-0">
                  <rect width="10" height="10" rx="2.5" className={`chart-ink-${ink}`} />
                </svg>
                <span className="wrap-anywhere">{name}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Returns the address with these series hidden; without any, the address itself. */
function hrefWithout(href: string, inks: number[]): string {
  if (inks.length === 0) return href;
  return `${href}${href.includes("?") ? "&" : "?"}hide=${inks.toSorted((a, b) => a - b).join(".")}`;
}
