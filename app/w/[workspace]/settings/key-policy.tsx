import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { setKeyPolicy } from "./actions";

const lifetimes = [
  { value: "none", label: "No maximum" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "1 year" },
];

/** How long the keys of the workspace may live at most. `reason`: why this person cannot change it. */
export function KeyPolicyCard({
  slug,
  maximumDays,
  reason,
}: {
  slug: string;
  maximumDays: number | null;
  reason: string | undefined;
}) {
  const current = maximumDays === null ? "none" : String(maximumDays);
  return (
    <Card
      id="api-keys"
      title="API keys"
      description="The longest a new key may live. Keys that are there already stay as they are; the keys page shows those that live longer."
    >
      {reason === undefined ? (
        <Form action={setKeyPolicy}>
          <input type="hidden" name="workspace" value={slug} />
          <SelectField
            key={current}
            label="Maximum lifetime"
            name="maximumDays"
            defaultValue={current}
            options={
              lifetimes.some(({ value }) => value === current)
                ? lifetimes
                : [{ value: current, label: `${current} days`, disabled: true }, ...lifetimes]
            }
          />
          <div>
            <SubmitButton pendingLabel="Saving…">Save</SubmitButton>
          </div>
        </Form>
      ) : (
        <p className="mb-3">
          {maximumDays === null ? "Keys may live for ever." : `Keys live ${maximumDays} days at most.`}
        </p>
      )}
      {reason !== undefined && <Notice role="note">{reason}</Notice>}
    </Card>
  );
}
