"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect, useId, useTransition } from "react";

type Query = Record<string, string>;

/** What was asked for last and is not shown yet: a page's search and its filters both lead from there, not from what is shown. */
let asked: { by: string; path: string; query: Query } | undefined;

/**
 * Leads a list to another part of itself, without a reload. What was chosen a moment ago elsewhere on the page, and has not
 * arrived yet, is kept.
 *
 * @returns whether what this control asked for is under way, and what asks for it: its own part of the query ("" is left
 * out), and the rest of what is shown
 */
export function useListAddress(path: string): [isPending: boolean, go: (own: Query, shown: Query) => void] {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const by = useId();
  useEffect(() => {
    if (!isPending && asked?.by === by) asked = undefined;
  }, [isPending, by]);
  return [
    isPending,
    (own, shown) => {
      const query = { ...(asked?.path === path ? asked.query : shown), ...own };
      const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
      startTransition(() => {
        asked = { by, path, query };
        router.replace(`${path}${text && `?${text}`}` as Route, { scroll: false });
      });
    },
  ];
}
