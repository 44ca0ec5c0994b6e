import { AmountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { setDefaultLimits } from "../actions";

type Props = {
  slug: string;
  currency: string;
  newMemberLimit: number | null;
  newKeyLimit: number | null;
  /** Why this person may not change them; undefined: they may. */
  reason: string | undefined;
};

/** Shows the monthly limits that new members and new keys start with. */
export function DefaultLimitsCard({ slug, currency, newMemberLimit, newKeyLimit, reason }: Props) {
  const typed = (micro: number | null) => (micro === null ? "" : plainMoney(micro));
  const common = { currency, placeholder: "No limit", optional: true, readOnly: reason !== undefined };
  return (
    <Card
      title="New members and keys"
      description="The monthly limits that new members and new keys start with. Existing members and keys are not affected."
    >
      <SettingForm
        action={setDefaultLimits}
        aria-label="New members and keys"
        saves="limits of new members and keys"
        disabledReason={reason}
      >
        <HiddenFields values={{ workspace: slug }} />
        <div className="grid max-w-160 gap-4 sm:grid-cols-2">
          <AmountField
            {...common}
            label="Each new member"
            name="newMemberLimit"
            defaultValue={typed(newMemberLimit)}
            hint="All of a member's own keys together."
          />
          <AmountField
            {...common}
            label="Each new key"
            name="newKeyLimit"
            defaultValue={typed(newKeyLimit)}
            hint="Unless another limit is set when the key is created."
          />
        </div>
      </SettingForm>
    </Card>
  );
}
