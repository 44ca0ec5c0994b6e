import { CountField } from "@/app/_ui/amount-field";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { removeRate, setRate } from "../actions";
import { rateName } from "./rate-name";
import type { RateRow } from "./rates-table";

type Props = {
  slug: string;
  here: string;
  /** The dialog and the limit that the address names. */
  dialog: string | undefined;
  row: RateRow | undefined;
  /** Suggested model ids; any other can be typed. */
  models: string[];
};

/** Draws the dialogs "Set a limit" for any model, and "Change" and "Remove" for the limit in the address. */
export function RateDialogs({ slug, here, dialog, row, models }: Props) {
  const id = encodeURIComponent(row?.model ?? "");
  return (
    <>
      <Dialog
        id="set"
        open={dialog === "set"}
        title="Set a limit"
        description="It applies to all keys of the workspace together, from the next request on."
        closeHref={here}
      >
        <Form action={setRate} closeOnDone>
          <HiddenFields values={{ workspace: slug }} />
          <TextField
            label="Model"
            name="model"
            hint="Leave it empty for all models together."
            list="models-to-limit"
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            optional
          />
          <datalist id="models-to-limit">
            {models.map((model) => (
              <option key={model} value={model} />
            ))}
          </datalist>
          <Rates />
          <SubmitActions pendingLabel="Saving…">Set limit</SubmitActions>
        </Form>
      </Dialog>
      {row && dialog === "change" && (
        <Dialog
          id={`change-${id}`}
          open
          title={`Limits for ${inSentence(row.model)}`}
          description="They apply to all keys of the workspace together, from the next request on."
          closeHref={here}
        >
          <Form action={setRate} closeOnDone>
            <HiddenFields values={{ workspace: slug, model: row.model }} />
            <Rates row={row} />
            <SubmitActions pendingLabel="Saving…">Save</SubmitActions>
          </Form>
        </Dialog>
      )}
      {row && dialog === "remove" && (
        <ConfirmDialog
          id={`remove-${id}`}
          open
          title={`Remove the limits for ${inSentence(row.model)}?`}
          description="They no longer apply to requests. Limits of keys stay."
          closeHref={here}
          action={removeRate}
          closeOnDone
          fields={{ workspace: slug, model: row.model }}
          submitLabel="Remove"
          pendingLabel="Removing…"
        />
      )}
    </>
  );
}

const inSentence = (model: string) => (model ? rateName(model) : "all models together");

function Rates({ row }: { row?: RateRow }) {
  return (
    <div className="grid gap-5 md:grid-cols-2">
      <CountField
        label="Requests per minute"
        name="requestsPerMinute"
        defaultValue={row?.requestsPerMinute ?? ""}
        hint="Empty: no limit."
      />
      <CountField
        label="Tokens per minute"
        name="tokensPerMinute"
        defaultValue={row?.tokensPerMinute ?? ""}
        hint="Empty: no limit."
      />
    </div>
  );
}
