import { formatExact, formatRelative } from "./format";

/** Draws "3 minutes ago", with the exact time on hover; `never` is shown where there is no date. */
export function RelativeTime({ date, never = "never" }: { date: Date | null; never?: string }) {
  if (!date) return <span className="text-ink-faint">{never}</span>;
  return (
    <time dateTime={date.toISOString()} title={formatExact(date)} suppressHydrationWarning>
      {formatRelative(date)}
    </time>
  );
}
