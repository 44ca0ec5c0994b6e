import { TextField } from "@/app/_ui/field";
import { formatUtc } from "@/app/_ui/format";
import { ExactTime } from "@/app/_ui/time";

/** Draws the field for the last day of a membership. `endsAt`: the moment after it, as it is set now. */
export function UntilField({ endsAt = null, optional = false }: { endsAt?: Date | null; optional?: boolean }) {
  return (
    <TextField
      label="Access until"
      name="until"
      type="date"
      optional={optional}
      defaultValue={endsAt ? lastDay(endsAt) : ""}
      hint="They are a member until the end of that day in UTC. Empty: for good."
    />
  );
}

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
function lastDay(endsAt: Date): string {
  return new Date(endsAt.getTime() - 1).toISOString().slice(0, 10);
}
