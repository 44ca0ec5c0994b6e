"use client";

import { createContext, useContext } from "react";
import type { Hold } from "./dialog-holds";

/** The dialog around a component. */
export type DialogHandle = {
  id: string;
  /** Where the page is without the dialog. */
  closeHref: string;
  /** Closes it; the focus goes back to where it came from. */
  close: () => void;
  /** Said by a form that is done: the next time the dialog opens, what is inside begins anew. */
  finish: () => void;
  /** Keeps it open until what this returns is called. Forms do so while they wait; see `useHold`. */
  hold: (why: Hold) => () => void;
  /** Whether a form in it waits for its answer: then nothing closes it, "Cancel" neither. */
  isWaiting: boolean;
};

export const DialogContext = createContext<DialogHandle | null>(null);

/** Returns the dialog this component is in, or null outside of one. */
export function useDialog(): DialogHandle | null {
  return useContext(DialogContext);
}

/** Returns a link's path and its query, as the hidden fields of a form that goes to the same place. */
export function hrefParts(href: string): { path: string; fields: [string, string][] } {
  const [path = "", query = ""] = href.split("#")[0]?.split("?") ?? [];
  return { path, fields: [...new URLSearchParams(query)] };
}
