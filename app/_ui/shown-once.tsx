"use client";

import type { ReactNode } from "react";
import { useHold } from "./dialog-holds";
import { Notice } from "./notice";

/**
 * Announces that a value is shown only once, and prevents that it is lost by accident: the surrounding dialog closes
 * only by its own buttons, and the browser asks before the page is left. Used for every value that is stored only as a
 * hash.
 *
 * @param what the value, as the end of a sentence: "the key of Backend"
 */
export function ShownOnce({ what, children }: { what: string; children: ReactNode }) {
  useHold("shown");
  return (
    <Notice tone="warning" title={`This is the only time you can see ${what}`} role="status">
      {children}
    </Notice>
  );
}
