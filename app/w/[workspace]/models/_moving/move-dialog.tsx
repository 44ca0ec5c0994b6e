import { Button } from "@/app/_ui/button";
import { ConfirmationField } from "@/app/_ui/confirmation-field";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { formatCount, formatMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { type Keys, keysInWords } from "../_dialogs/remove-dialog";
import { price } from "../_list/model-figures";
import { NoTarget } from "../_sharing/share-dialog";
import { moveModel } from "../actions";

type Rates = { requestsPerMinute: number | null; tokensPerMinute: number | null } | null;
type Limits = { ofModel: Rates; ofAll: Rates; monthlyLimit: number | null };

type Preview = {
  target: { slug: string; name: string };
  keys: Keys;
  used: { requests: number; cost: number };
  sharesEnded: string[];
  limits: { here: Limits; there: Limits };
  visibility: "workspace" | "private";
  inputPrice: number;
  outputPrice: number;
  currency: string;
};

type Props = {
  slug: string;
  here: string;
  model: { id: string; name: string };
  targets: { slug: string; name: string }[];
  /** The effects for the selected workspace; undefined while none is selected. */
  preview: Preview | undefined;
};

/** Draws the dialog "Move": first the choice of the workspace, then the effects, and the model's name to confirm. */
export function MoveDialog({ slug, here, model, targets, preview }: Props) {
  const { id, name } = model;
  if (!preview)
    return (
      <Dialog
        id={`move-${id}`}
        open
        title={`Move ${name}`}
        description="It will belong to another workspace, under the same id. You see the changes before you confirm."
        closeHref={here}
      >
        {targets.length === 0 ? (
          <NoTarget />
        ) : (
          <form method="get" action={modelHref(slug, id)} className="flex flex-col gap-5">
            <HiddenFields values={{ dialog: "move" }} />
            <SelectField
              label="Workspace"
              name="target"
              options={targets.map(({ slug, name }) => ({ value: slug, label: name }))}
            />
            <DialogActions>
              <CloseDialogButton>Cancel</CloseDialogButton>
              <Button type="submit" variant="primary">
                See what changes
              </Button>
            </DialogActions>
          </form>
        )}
      </Dialog>
    );
  const { target } = preview;
  return (
    <Dialog
      id={`move-${id}-to-${target.slug}`}
      open
      title={`Move ${name} to ${target.name}?`}
      description="Its id, its name and its origin move with it. Its usage history stays here."
      closeHref={here}
    >
      <Form action={moveModel}>
        <HiddenFields values={{ workspace: slug, modelId: id, target: target.slug }} />
        <ul className="list-disc pl-5 text-ink-soft">
          {changesOf(preview).map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
        <ConfirmationField label={`Type “${name}” to move it`} />
        <SubmitActions variant="danger" pendingLabel="Moving…">
          Move
        </SubmitActions>
      </Form>
    </Dialog>
  );
}

function changesOf(preview: Preview): string[] {
  const { target, keys, used, sharesEnded, limits, visibility, currency } = preview;
  const { here, there } = limits;
  return [
    keys.total === 0
      ? "No key of this workspace is affected: none names it, and none used it in the last 30 days."
      : `This workspace's keys can no longer use it. ${keysInWords(keys)}`,
    used.requests === 0
      ? "Not used here this month."
      : `${formatCount(used.requests, "request")} (${formatMoney(used.cost, currency)}) of this month stay in this workspace's usage.`,
    sharesEnded.length === 0 ? "No share ends." : `It is no longer shared with ${sharesEnded.join(", ")}.`,
    visibility === "workspace"
      ? `All members of ${target.name} may use it.`
      : `It is private to you in ${target.name}, until you change that.`,
    `The price stays the same: ${price(preview, currency)} per million tokens. ${target.name} pays from then on.`,
    here.ofModel ? `This workspace's own limits for it (${rates(here.ofModel)}) no longer have any effect.` : "",
    `In ${target.name} it is limited by: ${limitsInWords(there, currency)}.`,
  ].filter(Boolean);
}

function limitsInWords({ ofModel, ofAll, monthlyLimit }: Limits, currency: string): string {
  const all = [
    ofModel && `${rates(ofModel)} for this model`,
    ofAll && `${rates(ofAll)} for all models together`,
    monthlyLimit !== null && `${formatMoney(monthlyLimit, currency)} a month`,
  ].filter(Boolean);
  return all.length > 0 ? all.join("; ") : "nothing but the limits of its keys and members";
}

function rates(limits: NonNullable<Rates>): string {
  return [
    limits.requestsPerMinute !== null && formatCount(limits.requestsPerMinute, "request"),
    limits.tokensPerMinute !== null && formatCount(limits.tokensPerMinute, "token"),
  ]
    .filter(Boolean)
    .join(" and ")
    .concat(" per minute");
}
