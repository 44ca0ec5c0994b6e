import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { setThresholds } from "../actions";

type Props = { slug: string; thresholds: number[]; hasLimit: boolean; reason: string | undefined };

/** Shows at which percentages of the limit alerts are sent. */
export function AlertsCard({ slug, thresholds, hasLimit, reason }: Props) {
  return (
    <Card
      title="Alerts"
      description={`Admins and Billing members get an e-mail when spending passes each of these percentages of a limit: once a month for this limit, once per day, per week or in total for the others.${hasLimit ? "" : " There is no monthly limit now."}`}
    >
      <SettingForm action={setThresholds} aria-label="Alerts" saves="alerts" disabledReason={reason}>
        <HiddenFields values={{ workspace: slug }} />
        <div className="max-w-110">
          <TextField
            label="Percentages"
            name="thresholds"
            defaultValue={thresholds.join(", ")}
            hint="1 to 10 whole numbers from 1 to 200."
            maxLength={100}
            autoComplete="off"
            readOnly={reason !== undefined}
            required
          />
        </div>
      </SettingForm>
    </Card>
  );
}
