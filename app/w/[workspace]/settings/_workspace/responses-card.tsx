import { keptResponses } from "@/app/_shared/key-policy";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";
import { setResponseDays } from "../actions";

/** Shows for how long responses of `/v1/responses` are kept. `reason`: why this person cannot change it. */
export function ResponsesCard({
  slug,
  days,
  reason,
}: {
  slug: string;
  days: number | null;
  reason: string | undefined;
}) {
  const current = days === null ? "none" : String(days);
  return (
    <Card
      id="responses"
      title="Responses"
      description="Programs that use the Responses API can continue a conversation by the id of a response. For that, Atelier keeps prompts and answers, encrypted, and any key of this workspace can read them. If you shorten the time, older responses are deleted at once."
    >
      {reason === undefined ? (
        <SettingForm action={setResponseDays} saves="how long responses are kept" aria-label="Keep responses">
          <HiddenFields values={{ workspace: slug }} />
          <SelectField
            key={current}
            label="Keep responses for"
            name="days"
            defaultValue={current}
            options={keptResponses}
          />
        </SettingForm>
      ) : (
        <>
          <p className="mb-3">
            {days === null
              ? "Responses are not kept."
              : `Responses are kept for ${days === 1 ? "1 day" : `${days} days`}.`}
          </p>
          <Notice role="note">{reason}</Notice>
        </>
      )}
    </Card>
  );
}
