import { api } from "@/server/composition/caller";
import { MoveDialog } from "../_moving/move-dialog";
import { EndShareDialog } from "../_sharing/end-share-dialog";
import { ReassignDialog } from "../_sharing/reassign-dialog";
import { ShareDialog } from "../_sharing/share-dialog";
import { EditDialog } from "./edit-dialog";
import { isTurn, LifeDialog } from "./life-dialog";
import { RemoveDialog } from "./remove-dialog";
import { VisibilityDialog } from "./visibility-dialog";

type Props = {
  slug: string;
  /** The page's address without the dialog. */
  here: string;
  dialog: string;
  modelId: string;
  /** The other workspace of a move, or of a share that is ended. */
  target?: string | undefined;
};

/** Draws the dialog about one model that the address names, if this person may use it. */
export async function ModelDialogs({ slug, here, dialog, modelId, target }: Props) {
  if (!/^[!-~]{1,256}$/.test(modelId)) return null;
  const { models, members } = await api();
  const model = await models.get({ workspace: slug, modelId });
  if (model.kind !== "own" || !model.mayChange) return null;
  const about = { slug, here, model };
  if (dialog === "edit") return <EditDialog {...about} />;
  if (isTurn(dialog)) return <LifeDialog turn={dialog} {...about} />;
  if (dialog === "remove") return <RemoveDialog {...about} />;
  if (dialog === "visibility")
    return <VisibilityDialog {...about} members={(await members.list({ workspace: slug })).rows} />;
  if (!model.mayManage) return null;
  if (dialog === "reassign")
    return <ReassignDialog {...about} members={(await members.list({ workspace: slug })).rows} />;
  if (dialog === "end-share") {
    const share = model.shares.find((each) => each.slug === target);
    return share ? <EndShareDialog {...about} share={share} /> : null;
  }
  if (dialog === "share")
    return model.archivedAt ? null : <ShareDialog {...about} targets={await models.targets({ workspace: slug })} />;
  if (dialog !== "move") return null;
  const targets = await models.targets({ workspace: slug });
  const chosen = targets.find((each) => each.slug === target);
  const preview = chosen && (await models.movePreview({ workspace: slug, modelId, target: chosen.slug }));
  return <MoveDialog {...about} targets={targets} preview={preview} />;
}
