"use client";

import type { ReactNode } from "react";
import { useHold } from "./dialog-holds";
import { Notice } from "./notice";

/**
 * Says that something is shown this once, and sees to it that it is not lost by accident: the dialog around it closes by its own buttons
 * only, and the browser asks before the page is left. Whatever is kept as a hash alone is shown below this.
 *
 * @param what what it is, as the end of a sentence: "the key of Backend"
 */
export function ShownOnce({ what, children }: { what: string; children: ReactNode }) {
  useHold("shown");
  return (
    <Notice tone="warning" title={`This is the only time you see ${what}`} role="status">
      {children}
    </Notice>
  );
}
