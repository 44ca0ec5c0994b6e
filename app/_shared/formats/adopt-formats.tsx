"use client";

import { startTransition, useEffect } from "react";
import { adoptFormats } from "./actions";

/** Tells the server the browser's time zone and language, of which it knows none for this person. Draws nothing. */
export function AdoptFormats() {
  useEffect(() => {
    const form = new FormData();
    form.set("timeZone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
    form.set("locale", navigator.language || "en");
    startTransition(async () => {
      // It is asked for again on the next page where it did not come through.
      await adoptFormats({ status: "idle" }, form).catch(() => undefined);
    });
  }, []);
  return null;
}
