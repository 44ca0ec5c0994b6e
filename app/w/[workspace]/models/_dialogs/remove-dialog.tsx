import { ConfirmationField } from "@/app/_ui/confirmation-field";
import { Dialog } from "@/app/_ui/dialog";
import { Form } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { type Called, wouldRefuse } from "@/app/w/[workspace]/_shared/would-refuse";
import { removeModel } from "../actions";

type Props = {
  slug: string;
  here: string;
  model: {
    id: string;
    name: string;
    origin: "fine-tuned" | "registered";
    keys: Keys;
    shares: { name: string }[];
    called: Called;
  };
};

export type Keys = { rows: { id: string; name: string; isNamed: boolean }[]; total: number };

/** Draws the dialog "Delete": it shows what depends on the model, and its name has to be typed to confirm. */
export function RemoveDialog({ slug, here, model }: Props) {
  const { id, name, origin, keys, shares, called } = model;
  return (
    <Dialog
      id={`remove-${id}`}
      open
      title={`Delete ${name}?`}
      description={
        origin === "fine-tuned"
          ? "It is deleted here and at its model server. This cannot be undone."
          : "This workspace gives it up: the model server continues to run it, and any workspace may register it."
      }
      closeHref={here}
    >
      <Form action={removeModel}>
        <HiddenFields values={{ workspace: slug, modelId: id }} />
        <div className="text-ink-soft">
          <p>New requests for it are refused. What depends on it:</p>
          <ul className="mt-1 list-disc pl-5">
            <li>{keysInWords(keys)}</li>
            <li>
              {shares.length === 0
                ? "It is shared with no other workspace."
                : `It is shared with ${shares.map((share) => share.name).join(", ")}.`}
            </li>
            <li className="wrap-anywhere">{wouldRefuse(called)}</li>
          </ul>
        </div>
        <ConfirmationField label={`Type “${name}” to delete it`} />
        <SubmitActions variant="danger" pendingLabel="Deleting…">
          Delete
        </SubmitActions>
      </Form>
    </Dialog>
  );
}

/** Returns a sentence with the keys that name a model or used it recently. */
export function keysInWords({ rows, total }: Keys): string {
  if (total === 0) return "No key names it, and none used it in the last 30 days.";
  const names = rows.slice(0, 5).map((key) => key.name);
  const more = total > names.length ? ` and ${total - names.length} more` : "";
  return `${formatCount(total, "key")} name it or used it in the last 30 days: ${names.join(", ")}${more}.`;
}
