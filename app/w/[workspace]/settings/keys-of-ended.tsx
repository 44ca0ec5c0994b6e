import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { setKeysOfEnded } from "./actions";

/** What becomes of the keys of a member whose time is up. `reason`: why this person cannot change it. */
export function KeysOfEndedCard({
  slug,
  fate,
  reason,
}: {
  slug: string;
  fate: "keep" | "revoke";
  reason: string | undefined;
}) {
  return (
    <Card
      id="ended-memberships"
      title="Memberships that end"
      description="Members can have a last day. What becomes of the API keys they made, when it is over."
    >
      {reason === undefined ? (
        <Form action={setKeysOfEnded}>
          <HiddenFields values={{ workspace: slug }} />
          <ChoiceField
            key={fate}
            label="Their API keys"
            name="fate"
            columns={2}
            defaultValue={fate}
            choices={[
              { value: "keep", label: "Keep", description: "They go on working, as service keys of the workspace." },
              { value: "revoke", label: "Revoke", description: "They stop at the same moment." },
            ]}
          />
          <div>
            <SubmitButton pendingLabel="Saving…">Save</SubmitButton>
          </div>
        </Form>
      ) : (
        <>
          <p className="mb-3">{fate === "keep" ? "They go on working." : "They stop at the same moment."}</p>
          <Notice role="note">{reason}</Notice>
        </>
      )}
    </Card>
  );
}
