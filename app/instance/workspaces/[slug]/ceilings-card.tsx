"use client";

import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { setCeilings } from "../../actions";

const spans = [
  { name: "month", label: "A month" },
  { name: "week", label: "A week" },
  { name: "day", label: "A day" },
  { name: "total", label: "In total" },
] as const;

/** Draws the most that a workspace may spend, whatever its own limits are. */
export function CeilingsCard({
  slug,
  currency,
  spent,
  values,
}: {
  slug: string;
  currency: string;
  /** This month, as it is shown. */
  spent: string;
  values: Record<"day" | "week" | "month" | "total", string>;
}) {
  return (
    <Card
      title="Ceilings"
      description={`The most that this workspace may spend, whatever its Admins set. Days, weeks and months are in UTC. ${spent} is spent this month.`}
    >
      <Form action={setCeilings}>
        <input type="hidden" name="slug" value={slug} />
        <div className="grid gap-4 sm:grid-cols-2">
          {spans.map(({ name, label }) => (
            <TextField
              key={name}
              label={label}
              name={name}
              defaultValue={values[name]}
              inputMode="decimal"
              autoComplete="off"
              placeholder="No ceiling"
              suffix={currency}
            />
          ))}
        </div>
        <div>
          <SubmitButton pendingLabel="Saving…">Save ceilings</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
