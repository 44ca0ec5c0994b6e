import { wouldRefuseKeys } from "@/app/w/[workspace]/_shared/of-late";
import { api } from "@/server/composition/caller";
import { EditDialog } from "../_settings/edit-dialog";
import { isTurn, LifeDialog } from "./life-dialog";
import { OldKeyDialog } from "./old-key-dialog";
import { RotateDialog } from "./rotate-dialog";

type Props = {
  slug: string;
  here: string;
  /** The dialog and the key that the address names. */
  dialog: string | undefined;
  keyId: string | undefined;
  maximumDays: number | null;
};

/**
 * Draws the dialog about one key that the address names, if this person may change that key. The key is read separately
 * from the list: a rotated key may leave the list while its successor's secret is shown.
 */
export async function KeyDialogs({ slug, here, dialog, keyId, maximumDays }: Props) {
  if (!keyId || !/^[0-9A-Za-z]{12}$/.test(keyId)) return null;
  const { keys, models } = await api();
  const { rows, currency } = await keys.list({ workspace: slug, search: keyId });
  const row = rows.find(({ id }) => id === keyId);
  if (!row || !(row.mayManage || (dialog === "revoke" && row.mayRevoke))) return null;
  const about = { slug, here, row };
  const one = { workspace: slug, keyId };
  if (dialog === "rotate") return <RotateDialog {...about} />;
  if (dialog === "rotating" && row.isReplaced) return <OldKeyDialog {...about} meter={await keys.meter(one)} />;
  if (dialog === "edit" && !row.isRevoked)
    return (
      <EditDialog
        slug={slug}
        here={here}
        currency={currency}
        maximumDays={maximumDays}
        modelChoices={await models.choices({ workspace: slug })}
        settings={await keys.get(one)}
      />
    );
  if (!isTurn(dialog)) return null;
  const ends = dialog === "disable" || dialog === "revoke";
  const impact = ends ? await keys.impact({ workspace: slug, keyIds: [keyId] }) : null;
  return <LifeDialog turn={dialog} {...about} ends={impact ? wouldRefuseKeys(impact, 1) : undefined} />;
}
