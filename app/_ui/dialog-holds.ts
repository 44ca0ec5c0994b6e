"use client";

import { useCallback, useEffect, useLayoutEffect, useState } from "react";
import { useDialog } from "./dialog-context";

/**
 * Why a dialog stays open. `waiting`: its form waits for an answer, which closing would lose. `shown`: it shows a value
 * that is shown only once, until the person confirms that they have it.
 */
export type Hold = "waiting" | "shown";

/** Returns the reasons that keep a dialog open. `hold` adds one and returns the function that removes it. */
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

/** Keeps the surrounding dialog open. Outside of a dialog, the browser asks before the page is left. */
export function useHold(why: Hold | undefined): void {
  const hold = useDialog()?.hold;
  // Runs before the browser paints, so that Escape cannot close the dialog after the answer has arrived.
  useLayoutEffect(() => {
    if (!why) return;
    if (hold) return hold(why);
    return why === "shown" ? stayHere({}) : undefined;
  }, [hold, why]);
}

/** Makes the browser ask before the page is left, while something under way or shown would be lost. */
export function useStay(isNeeded: boolean): void {
  useEffect(() => (isNeeded ? stayHere({}) : undefined), [isNeeded]);
}

/**
 * Makes the browser ask before the page is left or closed. Where browsers allow it, the first "Back" is cancelled too;
 * the second passes, because browsers cancel only one without a click between. Returns the function that ends this.
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
