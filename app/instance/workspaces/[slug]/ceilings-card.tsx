"use client";

import { AmountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { setCeilings } from "../../actions";

const spans = [
  { name: "month", label: "Per month" },
  { name: "week", label: "Per week" },
  { name: "day", label: "Per day" },
  { name: "total", label: "In total" },
] as const;

/** Draws the form for the ceilings: the maximum that a workspace may spend, whatever its own limits are. */
export function CeilingsCard({
  slug,
  currency,
  spent,
  values,
}: {
  slug: string;
  currency: string;
  /** The spend of this month, formatted. */
  spent: string;
  values: Record<"day" | "week" | "month" | "total", string>;
}) {
  return (
    <Card
      id="ceilings"
      title="Ceilings"
      description={`The maximum that this workspace may spend, whatever limits its Admins set. Days, weeks and months are in UTC. ${spent} spent this month.`}
    >
      <SettingForm saves="ceilings" action={setCeilings}>
        <HiddenFields values={{ slug }} />
        <div className="grid gap-4 sm:grid-cols-2">
          {spans.map(({ name, label }) => (
            <AmountField
              key={name}
              label={label}
              name={name}
              defaultValue={values[name]}
              placeholder="No ceiling"
              currency={currency}
            />
          ))}
        </div>
      </SettingForm>
    </Card>
  );
}
