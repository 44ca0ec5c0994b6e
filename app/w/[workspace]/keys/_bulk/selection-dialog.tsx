import { formatCount } from "@/app/_ui/format";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import { wouldRefuseKeys } from "@/app/w/[workspace]/_shared/of-late";
import type { Outputs } from "@/server/composition/outputs";
import { endKeys } from "../actions";

type Props = {
  slug: string;
  here: string;
  dialog: string | undefined;
  /** The selected keys of the page. */
  rows: { id: string; name: string; lastFour: string }[];
  /** The recent use of each key. */
  impact: Outputs["keys"]["impact"];
};

/** Returns a text with the number of recent calls of a key. */
export function callsText({ rows }: Props["impact"], id: string): string {
  return formatCount(rows.find(({ keyId }) => keyId === id)?.calls ?? 0, "call");
}

/** Draws the confirmation before several keys are disabled or revoked. */
export function KeySelectionDialog({ slug, here, dialog, rows, impact }: Props) {
  if (dialog !== "disable-many" && dialog !== "revoke-many") return null;
  const isRevoking = dialog === "revoke-many";
  return (
    <SelectionDialog
      id={dialog}
      title={`${isRevoking ? "Revoke" : "Disable"} the selected keys?`}
      description={`${
        isRevoking
          ? "Programs that use them stop working at once. Each key can be restored within an hour."
          : "Programs that use them stop working at once, until the keys are enabled again."
      } ${wouldRefuseKeys(impact, rows.length)}`}
      closeHref={here}
      rows={rows.map(({ id, name, lastFour }) => ({
        id,
        name: `${name} · atl_${id.slice(0, 4)}…${lastFour}`,
        detail: callsText(impact, id),
      }))}
      name="keyIds"
      action={endKeys}
      fields={{ workspace: slug, change: isRevoking ? "revoke" : "disable" }}
      submitLabel={isRevoking ? "Revoke" : "Disable"}
      pendingLabel="Working…"
    />
  );
}
