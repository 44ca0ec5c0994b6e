"use client";

import { type ReactNode, useEffect, useState } from "react";
import { useToast } from "./toast";

/** Shows its children as a toast once JavaScript has loaded. `occasion` distinguishes two equal messages. */
export function FlashToast({
  occasion,
  message,
  children,
}: {
  occasion: number;
  message: string;
  children: ReactNode;
}) {
  const toast = useToast();
  const [isToast, setIsToast] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per occasion, whatever else changes.
  useEffect(() => {
    setIsToast(true);
    toast(message);
    const url = new URL(window.location.href);
    url.searchParams.delete("done");
    window.history.replaceState(null, "", url);
  }, [occasion]);
  return isToast ? null : children;
}
