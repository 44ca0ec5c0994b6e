import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";
import { setExpiredMemberKeyAction } from "../actions";

/**
 * Draws the setting for the keys of members who leave. An Admin can decide otherwise for one member. `reason`: why this
 * person cannot change it.
 */
export function ExpiredMemberKeysCard({
  slug,
  action,
  reason,
}: {
  slug: string;
  action: "keep" | "revoke";
  reason: string | undefined;
}) {
  return (
    <Card
      id="ended-memberships"
      title="Keys of members who leave"
      description="What happens to the API keys of a member who leaves, deletes their account or reaches their last day. An Admin who removes a member decides for each key. Admins are mailed."
    >
      {reason === undefined ? (
        <SettingForm action={setExpiredMemberKeyAction} saves="what happens to their keys">
          <HiddenFields values={{ workspace: slug }} />
          <ChoiceField
            key={action}
            label="Their API keys"
            name="keys"
            columns={2}
            defaultValue={action}
            choices={[
              { value: "revoke", label: "Revoke", description: "They stop at the same time." },
              { value: "keep", label: "Keep", description: "They keep working as service keys of the workspace." },
            ]}
          />
        </SettingForm>
      ) : (
        <>
          <p className="mb-3">{action === "keep" ? "They keep working." : "They stop at the same time."}</p>
          <Notice role="note">{reason}</Notice>
        </>
      )}
    </Card>
  );
}
