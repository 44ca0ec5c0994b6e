"use client";

import { type ReactNode, useEffect, useState } from "react";

export type Section = { id: string; label: string };
export type SectionGroup = { label: string; sections: Section[] };

/**
 * Draws a long page with an index of its sections: a sticky column at the side from 1024 px, a row of links above the
 * page below that. The links are anchors and work without JavaScript; with it, the current section is marked.
 */
export function SectionedPage({ groups, children }: { groups: SectionGroup[]; children: ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[10.5rem_minmax(0,1fr)] lg:gap-10">
      <SectionIndex groups={groups} />
      <div className="flex min-w-0 flex-col gap-6">{children}</div>
    </div>
  );
}

const link =
  "block whitespace-nowrap rounded-md px-2.5 py-1 text-[0.8125rem] text-ink-soft transition-colors hover:bg-sunken hover:text-ink aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink max-lg:border max-lg:border-hairline max-lg:bg-surface max-lg:py-1.5 pointer-coarse:py-2 lg:whitespace-normal";

function SectionIndex({ groups }: { groups: SectionGroup[] }) {
  const current = useCurrentSection(groups.flatMap(({ sections }) => sections.map(({ id }) => id)).join(" "));
  return (
    <nav
      aria-label="Sections of this page"
      className="relative -mx-4 mb-6 overflow-x-auto px-4 pb-1 [scrollbar-width:none] md:mx-0 md:px-0 lg:sticky lg:top-8 lg:mb-0 lg:max-h-[calc(100dvh-4rem)] lg:self-start lg:overflow-y-auto lg:pb-0"
    >
      <ul className="flex w-max gap-2 lg:w-auto lg:flex-col lg:gap-5">
        {groups.map((group) => (
          <li key={group.label}>
            <p className="caption mb-1 px-2.5 max-lg:sr-only">{group.label}</p>
            <ul className="flex gap-2 lg:flex-col lg:gap-px">
              {group.sections.map(({ id, label }) => (
                <li key={id}>
                  <a href={`#${id}`} aria-current={current === id ? "location" : undefined} className={link}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A section is the current one when it begins above this distance from the top of the window, in pixels. */
const readingLine = 160;

/**
 * Returns the id of the last section that begins above the reading line; at the end of the page, of the last section.
 */
function useCurrentSection(ids: string): string | undefined {
  const [current, setCurrent] = useState<string>();
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const sections = ids.split(" ").flatMap((id) => document.getElementById(id) ?? []);
      const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
      const begun = sections.filter((section) => section.getBoundingClientRect().top <= readingLine);
      const read = isAtEnd && window.scrollY > 0 ? sections.at(-1) : (begun.at(-1) ?? sections[0]);
      setCurrent(chosenAtEnd(isAtEnd, sections) ?? read?.id);
    };
    const ask = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", ask, { passive: true });
    window.addEventListener("resize", ask);
    window.addEventListener("hashchange", ask);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", ask);
      window.removeEventListener("resize", ask);
      window.removeEventListener("hashchange", ask);
    };
  }, [ids]);
  return current;
}

/**
 * Near the end of the page a section that was clicked cannot reach the reading line, so it is current while it is
 * visible.
 */
function chosenAtEnd(isAtEnd: boolean, sections: HTMLElement[]): string | undefined {
  if (!isAtEnd) return undefined;
  const id = decodeURIComponent(window.location.hash.slice(1));
  const section = sections.find((each) => each.id === id);
  if (!section) return undefined;
  const { top, bottom } = section.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight ? id : undefined;
}
