import type { ReactNode } from "react";
import { formatExact, formatRelative } from "./format";

/** Draws "3 minutes ago", with the exact time behind it; `never` is shown where there is no date. */
export function RelativeTime({ date, never = "never" }: { date: Date | null; never?: string }) {
  if (!date) return <span className="text-ink-faint">{never}</span>;
  return <ExactTime date={date}>{formatRelative(date)}</ExactTime>;
}

/**
 * Draws a moment in words, and the exact one where the pointer, the finger or the focus is. A button, as nothing else takes
 * the focus by touch and by keyboard alike; it does nothing.
 */
export function ExactTime({ date, exact, children }: { date: Date; exact?: string; children: ReactNode }) {
  return (
    <button type="button" className="exact-time" aria-description={exact ?? formatExact(date)} suppressHydrationWarning>
      <time dateTime={date.toISOString()} suppressHydrationWarning>
        {children}
      </time>
    </button>
  );
}
