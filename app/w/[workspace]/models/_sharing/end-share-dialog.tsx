import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { endShare } from "../actions";

type Props = {
  slug: string;
  here: string;
  model: { id: string; name: string };
  share: { slug: string; name: string };
};

/** Draws the dialog "End share": it describes the effects and asks for confirmation. */
export function EndShareDialog({ slug, here, model, share }: Props) {
  return (
    <ConfirmDialog
      id={`end-share-${share.slug}`}
      open
      title={`End the share with ${share.name}?`}
      description={`${share.name} cannot use ${model.name} from its next request on.`}
      closeHref={here}
      action={endShare}
      fields={{ workspace: slug, modelId: model.id, target: share.slug }}
      submitLabel="End share"
      pendingLabel="Ending…"
    />
  );
}
