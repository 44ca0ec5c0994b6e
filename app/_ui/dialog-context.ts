"use client";

import { createContext, useContext } from "react";
import type { Hold } from "./dialog-holds";

/** The dialog that a component is in. */
export type DialogHandle = {
  id: string;
  /** The page's address without the dialog. */
  closeHref: string;
  /** Closes the dialog and returns the focus to where it was before. */
  close: () => void;
  /** Called by a form that is done: its contents are reset when the dialog is opened again. */
  finish: () => void;
  /** Keeps the dialog open until the returned function is called. Forms do so while they wait; see `useHold`. */
  hold: (why: Hold) => () => void;
  /** Whether a form in the dialog waits for its answer. Nothing closes the dialog then, not even "Cancel". */
  isWaiting: boolean;
};

export const DialogContext = createContext<DialogHandle | null>(null);

/** Returns the dialog this component is in, or null outside of one. */
export function useDialog(): DialogHandle | null {
  return useContext(DialogContext);
}

/** Splits an address into its path and its query, the query as hidden fields of a GET form to the same address. */
export function hrefParts(href: string): { path: string; fields: [string, string][] } {
  const [path = "", query = ""] = href.split("#")[0]?.split("?") ?? [];
  return { path, fields: [...new URLSearchParams(query)] };
}
