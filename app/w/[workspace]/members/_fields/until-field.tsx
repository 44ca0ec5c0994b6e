import { TextField } from "@/app/_ui/field";
import { lastDay } from "./until-note";

/**
 * Draws the field for the last day of a membership. `endsAt`: the present end, which is the midnight after that day.
 */
export function UntilField({ endsAt = null, optional = false }: { endsAt?: Date | null; optional?: boolean }) {
  return (
    <TextField
      label="Access until"
      name="until"
      type="date"
      optional={optional}
      defaultValue={endsAt ? lastDay(endsAt) : ""}
      hint="Membership ends with that day (UTC). Empty: no end."
    />
  );
}
