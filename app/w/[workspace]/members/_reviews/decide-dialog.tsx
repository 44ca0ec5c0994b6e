import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import { decideKeys, decideMembers } from "../actions";
import { nameOf } from "./item-cells";
import type { ReviewItem } from "./words";

type Props = {
  slug: string;
  reviewId: string;
  here: string;
  dialog: string | undefined;
  kind: "member" | "key";
  /** The selected items of the page. */
  rows: ReviewItem[];
};

const texts = {
  "confirm-member": ["Confirm the selected members?", "They keep their access.", "Confirm"],
  "remove-member": [
    "Remove the selected members?",
    "They lose access at once. Models and files that they shared with the workspace stay, and running jobs continue.",
    "Remove",
  ],
  "confirm-key": ["Confirm the selected keys?", "They keep working as before.", "Confirm"],
  "disable-key": [
    "Disable the selected keys?",
    "Programs that use them stop working at once, until the keys are enabled again.",
    "Disable",
  ],
  "revoke-key": [
    "Revoke the selected keys?",
    "Programs that use them stop working at once. Each key can be restored within an hour.",
    "Revoke",
  ],
} as const;

const found = new Map<string, readonly [string, string, string]>(Object.entries(texts));

/** Draws the confirmation before several members or keys are decided. */
export function DecideDialog({ slug, reviewId, here, dialog, kind, rows }: Props) {
  const text = found.get(`${dialog}-${kind}`);
  if (!dialog || !text) return null;
  const [title, description, submitLabel] = text;
  const shared = {
    ...{ id: dialog, title, description, submitLabel, pendingLabel: "Working…", closeHref: here },
    rows: rows.map((item) => ({ id: item.subject, name: nameOf(item, kind) })),
    fields: { workspace: slug, reviewId, change: dialog },
    variant: dialog === "confirm" ? ("primary" as const) : ("danger" as const),
  };
  if (kind === "key") return <SelectionDialog {...shared} name="keyIds" action={decideKeys} />;
  return (
    <SelectionDialog {...shared} name="userIds" action={decideMembers}>
      {dialog === "remove" && (
        <ChoiceField
          label="Their API keys"
          name="keys"
          defaultValue="revoke"
          choices={[
            { value: "revoke", label: "Revoke them", description: "Programs that use them stop working." },
            {
              value: "keep",
              label: "Keep them",
              description: "They become service keys of the workspace and keep working.",
            },
          ]}
        />
      )}
    </SelectionDialog>
  );
}
