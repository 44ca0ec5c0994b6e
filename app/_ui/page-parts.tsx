"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { describeTimes } from "./exact-times";

/**
 * Brings to life what stands in the rows of a page without code of its own: the exact times, and the links of rows. Once per
 * page, so that a row of a list costs no more than its markup. Draws nothing.
 */
export function PageParts() {
  const router = useRouter();
  useEffect(describeTimes, []);
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      // With these the browser opens it elsewhere, or saves it.
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-row-link]") : null;
      if (!link) return;
      event.preventDefault();
      router.push((link.pathname + link.search + link.hash) as Route);
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [router]);
  return null;
}
