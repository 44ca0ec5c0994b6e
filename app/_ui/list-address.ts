"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect, useId, useTransition } from "react";

type Query = Record<string, string>;

/**
 * What was requested last and is not shown yet. A page's search and filters both continue from it, not from what is
 * shown.
 */
let asked: { by: string; path: string; query: Query } | undefined;

/**
 * Navigates to another state of a list without a reload. A choice that another control made a moment ago, and that has
 * not arrived yet, is kept.
 *
 * @returns whether the request of this control is pending, and the function that makes one: its own part of the query
 * ("" is left out), and the rest of what is shown
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
