"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { describeTimes } from "./exact-times";

/**
 * Adds the behaviour of elements without their own code: exact times, and links. It is mounted once per page, so that a
 * link or a row of a list costs no more than its markup. Draws nothing.
 */
export function PageParts() {
  const router = useRouter();
  useEffect(describeTimes, []);
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      // With these keys the browser opens the link elsewhere, or saves it.
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
