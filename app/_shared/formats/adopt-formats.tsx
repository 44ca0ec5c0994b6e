"use client";

import { startTransition, useEffect } from "react";
import { adoptFormats } from "./actions";

/** Sends the browser's time zone and language to the server, which has none for this person. Draws nothing. */
export function AdoptFormats() {
  useEffect(() => {
    const form = new FormData();
    form.set("timeZone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
    form.set("locale", navigator.language || "en");
    startTransition(async () => {
      // If this fails, the next page tries again.
      await adoptFormats({ status: "idle" }, form).catch(() => undefined);
    });
  }, []);
  return null;
}
