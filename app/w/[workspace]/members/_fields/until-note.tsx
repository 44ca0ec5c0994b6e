import { formatUtc } from "@/app/_ui/format-time";
import { ExactTime } from "@/app/_ui/time";

/** Says until when, where there is an end. */
export function UntilNote({ endsAt }: { endsAt: Date | null }) {
  if (!endsAt) return null;
  return (
    <span className="block text-[0.8125rem] text-ink-soft">
      until{" "}
      <ExactTime date={endsAt} exact={formatUtc(endsAt)}>
        {lastDay(endsAt)}
      </ExactTime>
    </span>
  );
}

/** Returns the day before the midnight at which a membership ends. */
export function lastDay(endsAt: Date): string {
  return new Date(endsAt.getTime() - 1).toISOString().slice(0, 10);
}
