import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { describedBy, Frame } from "@/app/_ui/field-frame";
import { formatMoney, formatNumber, plainMoney } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { api } from "@/server/composition/caller";
import { hardware, measuredDays } from "@/server/instance/prices/input";
import { HardwarePriceForm } from "./forms";

/** The query parameters about own hardware. */
export type HardwareQuery = { hourly?: string; of?: string; days?: string };

/**
 * Draws the cost per million tokens on own hardware, computed from its hourly cost and the tokens that a model
 * processed in some days, and the form that sets it as the price.
 */
export async function HardwareCard({ query, currency }: { query: HardwareQuery; currency: string }) {
  const typed = { model: query.of, hourly: query.hourly, ...(query.days && { days: query.days }) };
  const isAsked = typeof query.of === "string" && typeof query.hourly === "string";
  const parsed = hardware.safeParse(typed);
  const errors = isAsked && !parsed.success ? parsed.error.flatten().fieldErrors : {};
  const found = isAsked && parsed.success ? await (await api()).instance.hardwareCost(parsed.data) : null;
  return (
    <Card
      title="Cost of your own GPUs"
      description="The hourly cost of one model's hardware, divided by the tokens it processed in the last full days. The cost of idle time is not part of any price."
    >
      <form method="get" action="/instance/prices" className="flex flex-wrap items-start gap-4" noValidate>
        <GetField id="hardware-model" name="of" label="Model" value={query.of} error={errors.model?.[0]} />
        <GetField
          id="hardware-hourly"
          name="hourly"
          label={`Cost per hour, all its GPUs (${currency})`}
          value={query.hourly}
          error={errors.hourly?.[0]}
        />
        <Frame id="hardware-days" label="Measured over">
          <select id="hardware-days" name="days" defaultValue={parsed.data?.days ?? "7"} className="control">
            {measuredDays.map((days) => (
              <option key={days} value={days}>
                {days} days
              </option>
            ))}
          </select>
        </Frame>
        <Button type="submit" className="mt-7">
          Compute
        </Button>
      </form>
      {found && (
        <Notice role="note" title={`${query.of}, the last ${parsed.data?.days} full days`} className="mt-5">
          {found.perMillion === null ? (
            <>
              No tokens were measured, so there is no price. This hardware cost {formatMoney(found.idleCost, currency)}.
            </>
          ) : (
            <>
              {formatNumber(found.tokens)} tokens in {formatNumber(found.hours)} hours in use, which cost{" "}
              {formatMoney(found.usedCost, currency)}: <strong>{plainMoney(found.perMillion)}</strong> {currency} per
              million tokens, input and output alike. The other {formatNumber(found.idleHours)} hours cost{" "}
              {formatMoney(found.idleCost, currency)} and are in no price.
            </>
          )}
        </Notice>
      )}
      {found && found.perMillion !== null && parsed.data && (
        <HardwarePriceForm
          model={parsed.data.model}
          from={found.today}
          amount={plainMoney(found.perMillion)}
          now={`${plainMoney(found.now.inputPrice)} input, ${plainMoney(found.now.outputPrice)} output`}
        />
      )}
    </Card>
  );
}

function GetField({
  id,
  name,
  label,
  value,
  error,
}: {
  id: string;
  name: string;
  label: string;
  value: string | undefined;
  error: string | undefined;
}) {
  return (
    <Frame id={id} label={label} error={error} className="flex-1 basis-56">
      <input
        id={id}
        name={name}
        autoComplete="off"
        maxLength={256}
        defaultValue={typeof value === "string" ? value : ""}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        className="control"
      />
    </Frame>
  );
}
