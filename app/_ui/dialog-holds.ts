"use client";

import { useCallback, useEffect, useLayoutEffect, useState } from "react";
import { useDialog } from "./dialog-context";

/**
 * Why a dialog stays open: `waiting`, its form waits for an answer, which would be lost with it; `shown`, it shows what is shown this once,
 * until the person says that they have it.
 */
export type Hold = "waiting" | "shown";

/** Returns what keeps a dialog open, and the way to keep it open. `hold` returns what lets go. */
export function useHolds(): { isWaiting: boolean; isHeld: boolean; hold: (why: Hold) => () => void } {
  const [holds, setHolds] = useState({ waiting: 0, shown: 0 });
  const hold = useCallback((why: Hold) => {
    const count = (by: number) => setHolds((before) => ({ ...before, [why]: before[why] + by }));
    count(1);
    return () => count(-1);
  }, []);
  const isWaiting = holds.waiting > 0;
  const isHeld = isWaiting || holds.shown > 0;
  useEffect(() => (isHeld ? stayHere({ alsoFor: "back" }) : undefined), [isHeld]);
  return { isWaiting, isHeld, hold };
}

/** Keeps the dialog around it open; outside of one, the browser asks before the page is left. */
export function useHold(why: Hold | undefined): void {
  const hold = useDialog()?.hold;
  // Before the browser draws: there is no moment in which the answer is there and Escape closes the dialog.
  useLayoutEffect(() => {
    if (!why) return;
    if (hold) return hold(why);
    return why === "shown" ? stayHere({}) : undefined;
  }, [hold, why]);
}

/** Has the browser ask before the page is left, while what is under way or shown would be lost with it. */
export function useStay(isNeeded: boolean): void {
  useEffect(() => (isNeeded ? stayHere({}) : undefined), [isNeeded]);
}

/**
 * Has the browser ask before the page is left or closed. Where it lets a page do so, the first "Back" does nothing either: it lets the second
 * through, as it came without a click between them. Returns what ends this.
 */
function stayHere({ alsoFor }: { alsoFor?: "back" }): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  window.addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  if (alsoFor === "back" && "navigation" in window)
    navigation.addEventListener(
      "navigate",
      (event) => {
        if (event.navigationType === "traverse" && event.cancelable) event.preventDefault();
      },
      { signal },
    );
  return () => ended.abort();
}
