"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { Link } from "./link";

export type LegendEntry = { ink: number; name: string };

/**
 * Draws the legend of all charts of a page, which switches each series on and off. What is off is in the address, so a series is
 * a link; with JavaScript the legend answers at once and the charts follow without a reload.
 *
 * @param href the page as it is, without what is hidden
 * @param hidden the inks of the series that are off
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

/** Returns the address with series that are off; none: the address as it is. */
function hrefWithout(href: string, inks: number[]): string {
  if (inks.length === 0) return href;
  return `${href}${href.includes("?") ? "&" : "?"}hide=${inks.toSorted((a, b) => a - b).join(".")}`;
}
