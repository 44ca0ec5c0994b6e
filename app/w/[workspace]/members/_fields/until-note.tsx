import { formatUtc, formatUtcDay } from "@/app/_ui/format-time";
import { ExactTime } from "@/app/_ui/time";

/** Shows the end of a membership, if it has one. */
export function UntilNote({ endsAt }: { endsAt: Date | null }) {
  if (!endsAt) return null;
  return (
    <span className="block text-[0.8125rem] text-ink-soft">
      until{" "}
      <ExactTime date={endsAt} exact={formatUtc(endsAt)}>
        {formatUtcDay(lastMomentOf(endsAt))}
      </ExactTime>
    </span>
  );
}

/** Returns the last day before the midnight at which a membership ends, as a field's value: "2026-11-30". */
export function lastDay(endsAt: Date): string {
  return lastMomentOf(endsAt).toISOString().slice(0, 10);
}

const lastMomentOf = (endsAt: Date) => new Date(endsAt.getTime() - 1);
