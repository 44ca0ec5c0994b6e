import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { formatExact, formatMoney, formatNumber } from "@/app/_ui/format";
import { SettingForm } from "@/app/_ui/setting-form";
import { offeredLocales } from "@/server/account/formats/input";
import type { Outputs } from "@/server/composition/outputs";
import { setFormats } from "./actions";

const languages = new Intl.DisplayNames("en", { type: "language" });

const weekdays = [
  { value: "", label: "Default of the language" },
  { value: "1", label: "Monday" },
  { value: "6", label: "Saturday" },
  { value: "7", label: "Sunday" },
];

/** Draws the person's time zone, the language of their dates and numbers, and the first day of their week. */
export function FormatsCard({ chosen, current }: Outputs["account"]["formats"]) {
  const isGone = chosen.timeZone !== null && chosen.timeZone !== current.timeZone;
  return (
    <Card
      id="formats"
      title="Time and formats"
      description="How pages and e-mails show times and numbers to you. Usage and billing use days and months in UTC for all members."
    >
      <SettingForm action={setFormats} saves="time and formats">
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Time zone"
            name="timeZone"
            defaultValue={current.timeZone}
            options={zones(current.timeZone)}
            hint={isGone ? `${chosen.timeZone} no longer exists: times are in UTC.` : undefined}
          />
          <SelectField
            label="Dates and numbers"
            name="locale"
            defaultValue={current.locale}
            options={locales(current.locale)}
          />
          <SelectField
            label="First day of the week"
            name="weekStart"
            defaultValue={chosen.weekStart === null ? "" : String(chosen.weekStart)}
            options={weekdays}
          />
        </div>
        <p className="text-[0.8125rem] text-ink-soft">
          For example: {formatExact(new Date())} · {formatNumber(1_234_567)} · {formatMoney(1_234_560_000, "EUR")}
        </p>
      </SettingForm>
    </Card>
  );
}

/** Returns all time zones that Intl knows, UTC, and the present one even when Intl does not list it. */
function zones(current: string) {
  return [...new Set(["UTC", current, ...Intl.supportedValuesOf("timeZone")])].map((value) => ({
    value,
    label: value.replaceAll("_", " "),
  }));
}

function locales(current: string) {
  return [...new Set([...offeredLocales, current])]
    .map((value) => ({ value, label: languages.of(value) ?? value }))
    .sort((one, other) => one.label.localeCompare(other.label, "en"));
}
