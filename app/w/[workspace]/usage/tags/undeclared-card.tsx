import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";
import { setUndeclared } from "./actions";

const choices = [
  {
    value: "refuse",
    label: "Refuse it",
    hint: "The answer is 400 and lists the declared tags, so that a typo does not create a new cost centre.",
  },
  { value: "untagged", label: "Leave the tag out", hint: "The request counts without the tag." },
];

type Props = { slug: string; undeclared: "refuse" | "untagged"; reason: string | undefined };

/** Shows how a request with an undeclared tag is handled. `reason`: why this person cannot change it. */
export function UndeclaredCard({ slug, undeclared, reason }: Props) {
  return (
    <Card
      title="Undeclared tags"
      description="How requests with a tag that is not in the list are handled. While no tag is declared, tags are ignored."
    >
      {reason === undefined ? (
        <SettingForm action={setUndeclared} saves="what becomes of undeclared tags" aria-label="Undeclared tags">
          <HiddenFields values={{ workspace: slug }} />
          <SelectField
            key={undeclared}
            label="A request with an undeclared tag"
            name="undeclared"
            defaultValue={undeclared}
            options={choices}
          />
        </SettingForm>
      ) : (
        <>
          <p className="mb-3">
            {undeclared === "refuse" ? "Such a request is refused." : "Such a request counts without the tag."}
          </p>
          <Notice role="note">{reason}</Notice>
        </>
      )}
    </Card>
  );
}
