import { formatExact, formatRelative } from "@/app/_ui/format";
import { ExactTime } from "@/app/_ui/time";

const hourMs = 3_600_000;

/** Shows the hour of the last use, which is as exact as it is known. */
export function LastUsed({ hour }: { hour: Date | null }) {
  if (!hour) return <span className="text-ink-faint">never</span>;
  const isRecent = Date.now() - hour.getTime() < hourMs;
  return (
    <ExactTime date={hour} exact={`In the hour from ${formatExact(hour)}`}>
      {isRecent ? "in the last hour" : formatRelative(hour)}
    </ExactTime>
  );
}
