import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { endShare } from "./actions";

type Props = {
  slug: string;
  here: string;
  model: { id: string; name: string };
  share: { slug: string; name: string };
};

/** Draws the dialog "End share": says what follows, and asks. */
export function EndShareDialog({ slug, here, model, share }: Props) {
  return (
    <Dialog
      id={`end-share-${share.slug}`}
      open
      title={`End the share with ${share.name}?`}
      description={`${share.name} cannot use ${model.name} from its next request on.`}
      closeHref={here}
    >
      <Form action={endShare}>
        <HiddenFields values={{ workspace: slug, modelId: model.id, target: share.slug }} />
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          <SubmitButton variant="danger" pendingLabel="Ending…">
            End share
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
