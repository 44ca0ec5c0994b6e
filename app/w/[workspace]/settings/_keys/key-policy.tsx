import { keyCreators as creatorOptions, keyLifetimes } from "@/app/_shared/key-policy";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm, SettingPair } from "@/app/_ui/setting-form";
import { setKeyCreators, setKeyPolicy } from "../actions";

/** Shows who may create keys, and how long they may live at most. `reason`: why this person cannot change it. */
export function KeyPolicyCard({
  slug,
  maximumDays,
  keyCreators,
  reason,
}: {
  slug: string;
  keyCreators: "developers" | "admins";
  maximumDays: number | null;
  reason: string | undefined;
}) {
  const current = maximumDays === null ? "none" : String(maximumDays);
  return (
    <Card
      id="api-keys"
      title="API keys"
      description="Who may create keys, and the maximum lifetime of new keys. Existing keys are not affected; the keys page shows those with a longer lifetime."
    >
      {reason === undefined ? (
        <SettingPair>
          <SettingForm action={setKeyCreators} saves="who may create keys" aria-label="Who may create keys">
            <HiddenFields values={{ workspace: slug }} />
            <SelectField
              key={keyCreators}
              label="Who may create keys"
              name="keyCreators"
              defaultValue={keyCreators}
              options={creatorOptions}
            />
          </SettingForm>
          <SettingForm action={setKeyPolicy} saves="maximum lifetime" aria-label="Maximum lifetime">
            <HiddenFields values={{ workspace: slug }} />
            <SelectField
              key={current}
              label="Maximum lifetime"
              name="maximumDays"
              defaultValue={current}
              options={
                keyLifetimes.some(({ value }) => value === current)
                  ? keyLifetimes
                  : [{ value: current, label: `${current} days`, disabled: true }, ...keyLifetimes]
              }
            />
          </SettingForm>
        </SettingPair>
      ) : (
        <p className="mb-3">
          {keyCreators === "admins" ? "Only Admins create keys. " : "Admins and Developers create keys. "}
          {maximumDays === null ? "Keys may have no expiration." : `Keys live ${maximumDays} days at most.`}
        </p>
      )}
      {reason !== undefined && <Notice role="note">{reason}</Notice>}
    </Card>
  );
}
