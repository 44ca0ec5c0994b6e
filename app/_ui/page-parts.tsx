"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { describeTimes } from "./exact-times";

/**
 * Brings to life what stands on a page without code of its own: the exact times, and the links. Once per page, so that a link and a
 * row of a list cost no more than their markup. Draws nothing.
 */
export function PageParts() {
  const router = useRouter();
  useEffect(describeTimes, []);
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      // With these the browser opens it elsewhere, or saves it.
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const { target } = event;
      const link =
        target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-link], a[data-row-link]") : null;
      if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
      event.preventDefault();
      const how = link.dataset.link ?? "";
      const go = how.includes("replace") ? router.replace : router.push;
      go((link.pathname + link.search + link.hash) as Route, { scroll: !how.includes("stay") });
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [router]);
  return null;
}
