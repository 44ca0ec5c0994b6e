import type { ReactNode } from "react";
import { formatRelative } from "./format-time";

/** Draws "3 minutes ago", with the exact time behind it; `never` is shown where there is no date. */
export function RelativeTime({ date, never = "never" }: { date: Date | null; never?: string }) {
  if (!date) return <span className="text-ink-faint">{never}</span>;
  return <ExactTime date={date}>{formatRelative(date)}</ExactTime>;
}

/**
 * Draws a moment in words, and the exact one where the pointer, the finger or the focus is. A button, as nothing else takes
 * the focus by touch and by keyboard alike; it does nothing. What the exact time is called is added in the browser, for all of a
 * page at once (`describeTimes`), unless it is given here; without a script it is shown as it is in the markup.
 */
export function ExactTime({ date, exact, children }: { date: Date; exact?: string; children: ReactNode }) {
  return (
    <button type="button" className="exact-time" aria-description={exact} suppressHydrationWarning>
      <time dateTime={date.toISOString()} suppressHydrationWarning>
        {children}
      </time>
    </button>
  );
}
