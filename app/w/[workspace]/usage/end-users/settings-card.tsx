import { Card } from "@/app/_ui/card";
import { CheckField } from "@/app/_ui/check-field";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";
import type { Outputs } from "@/server/composition/outputs";
import { setEndUsers } from "./actions";

const places = [
  { value: "header", label: "The header X-Atelier-End-User" },
  { value: "safety_identifier", label: "safety_identifier", hint: "OpenAI's clients." },
  { value: "user", label: "user", hint: "OpenAI's clients, older ones." },
  { value: "metadata.user_id", label: "metadata.user_id", hint: "Anthropic's clients." },
];
const names = [
  {
    value: "hash",
    label: "As a number",
    hint: "The id itself is not stored and no page shows it. A person who has the id can find the end user by it.",
  },
  {
    value: "keep",
    label: "By the id that was sent",
    hint: "It is shown to all members. Choose this only for ids that identify no person by themselves.",
  },
];
const missing = [
  {
    value: "together",
    label: "Count them together",
    hint: "They count as one end user, “Unnamed”, with the limit of one.",
  },
  { value: "refuse", label: "Refuse it", hint: "The answer is 400 and says where the end user is named." },
];

type Props = { slug: string; settings: Outputs["endUsers"]["settings"]; reason: string | undefined };

/** Shows how end users are identified. `reason`: why this person cannot change it. */
export function SettingsCard({ slug, settings, reason }: Props) {
  const textOf = (choices: { value: string; label: string }[], value: string) =>
    choices.find((choice) => choice.value === value)?.label ?? "";
  return (
    <Card
      title="How end users are identified"
      description="Off while no place is chosen. If a request has several, the first in this list is used."
    >
      {reason === undefined ? (
        <SettingForm
          action={setEndUsers}
          saves="how end users are identified"
          aria-label="How end users are identified"
        >
          <HiddenFields values={{ workspace: slug }} />
          <CheckField
            key={settings.fields.join()}
            label="Where requests name them"
            name="fields"
            choices={places}
            defaultValues={settings.fields}
          />
          <SelectField
            key={settings.names}
            label="How ids are stored"
            name="names"
            defaultValue={settings.names}
            options={names}
          />
          <SelectField
            key={settings.missing}
            label="A request that names no end user, while each has a limit"
            name="missing"
            defaultValue={settings.missing}
            options={missing}
          />
        </SettingForm>
      ) : (
        <>
          <p className="mb-3">
            {settings.fields.length === 0
              ? "End users are not identified."
              : `Named in ${settings.fields.map((field) => textOf(places, field)).join(", ")}; stored: ${textOf(names, settings.names).toLowerCase()}; a request that names none: ${textOf(missing, settings.missing).toLowerCase()}.`}
          </p>
          <Notice role="note">{reason}</Notice>
        </>
      )}
    </Card>
  );
}
