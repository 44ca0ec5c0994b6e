import { SelectField } from "@/app/_ui/field";
import { LazyChoiceField } from "@/app/_ui/lazy-choice-field";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import type { Outputs } from "@/server/composition/outputs";
import { roleOptions } from "../_fields/role-options";
import { changeRoles, removeMembers } from "../actions";
import { RemovalImpact, RoleImpact } from "./member-impact";

type Props = {
  slug: string;
  here: string;
  dialog: string | undefined;
  /** The selected members of the page. */
  rows: { userId: string; name: string; email: string }[];
  /** Their recent activity. */
  impact: Outputs["members"]["impact"] | null;
};

/** Draws the confirmation before several members get a role or are removed. */
export function SelectionDialogs({ slug, here, dialog, rows, impact }: Props) {
  const shared = {
    closeHref: here,
    rows: rows.map(({ userId, name, email }) => ({ id: userId, name: `${name} · ${email}` })),
    name: "userIds",
    fields: { workspace: slug },
  };
  if (dialog === "roles")
    return (
      <SelectionDialog
        {...shared}
        id="roles"
        title="Change the role of the selected members"
        description="Each of them gets an e-mail. Members who already have the role are not changed."
        action={changeRoles}
        submitLabel="Change role"
        pendingLabel="Changing…"
        variant="primary"
      >
        <SelectField label="New role" name="role" defaultValue="viewer" options={roleOptions} />
        <RoleImpact impact={impact} />
      </SelectionDialog>
    );
  if (dialog !== "remove-many") return null;
  return (
    <SelectionDialog
      {...shared}
      id="remove-many"
      title="Remove the selected members?"
      description="They lose access at once. Models and files that they shared with the workspace stay, and running jobs continue."
      action={removeMembers}
      submitLabel="Remove"
      pendingLabel="Removing…"
    >
      <LazyChoiceField
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
      <RemovalImpact impact={impact} />
    </SelectionDialog>
  );
}
