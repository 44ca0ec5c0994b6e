import type { ReactNode } from "react";
import { formatRelative } from "./format-time";

/** Draws "3 minutes ago", with the exact time on hover. `never` is shown for null. */
export function RelativeTime({ date, never = "never" }: { date: Date | null; never?: string }) {
  if (!date) return <span className="text-ink-faint">{never}</span>;
  return <ExactTime date={date}>{formatRelative(date)}</ExactTime>;
}

/**
 * Draws a time in words, and the exact time on hover, touch and focus. It is a button that does nothing, because only a
 * button takes the focus by touch and by keyboard. The exact time is added in the browser for all of a page at once
 * (`describeTimes`) unless `exact` is given. Without JavaScript the time of the markup is shown.
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
