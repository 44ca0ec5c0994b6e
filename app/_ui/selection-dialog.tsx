import type { ReactNode } from "react";
import { CloseDialogButton, Dialog, DialogActions } from "./dialog";
import { Form, type FormProps, FormUntilDone } from "./form";
import { HiddenFields } from "./hidden-fields";
import { SelectionReport } from "./lazy-selection-report";
import { SubmitActions } from "./submit-actions";

/** `detail`: more about the row, at the end of its line. */
type Row = { id: string; name: string; detail?: string };

type Props<T> = {
  id: string;
  title: string;
  description: string;
  closeHref: string;
  /** The rows to change, and the name of the field with their ids. */
  rows: Row[];
  name: string;
  action: FormProps<T>["action"];
  fields: Record<string, string>;
  submitLabel: string;
  pendingLabel: string;
  variant?: "danger" | "primary";
  /** Fields that apply to all of the rows. */
  children?: ReactNode;
};

/**
 * Draws the dialog that lists the selected rows, changes them together, and reports which were not changed and why. It
 * stays while the address asks for it, because its rows may have left the list by then.
 */
export function SelectionDialog<T>(props: Props<T>) {
  const { id, title, description, closeHref, rows, name, action, fields, submitLabel, pendingLabel } = props;
  return (
    <Dialog id={id} open title={title} description={description} closeHref={closeHref}>
      <Form action={action}>
        <HiddenFields values={fields} />
        <FormUntilDone>
          {rows.length === 0 && <p className="text-ink-soft">None of them is in this list anymore.</p>}
          {rows.map((row) => (
            <input key={row.id} type="hidden" name={name} value={row.id} />
          ))}
          {rows.length > 0 && (
            <ul
              aria-label="Chosen"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard.
              tabIndex={0}
              className="max-h-56 divide-y divide-hairline overflow-y-auto rounded-lg border border-hairline text-[0.8125rem]"
            >
              {rows.map((row) => (
                <li key={row.id} className="wrap-anywhere flex justify-between gap-3 px-3 py-1.5">
                  {row.name}
                  {row.detail && <span className="figures shrink-0 text-ink-soft">{row.detail}</span>}
                </li>
              ))}
            </ul>
          )}
          {rows.length > 0 ? (
            <>
              {props.children}
              <SubmitActions variant={props.variant ?? "danger"} pendingLabel={pendingLabel}>
                {submitLabel}
              </SubmitActions>
            </>
          ) : (
            <DialogActions>
              <CloseDialogButton>Close</CloseDialogButton>
            </DialogActions>
          )}
        </FormUntilDone>
        <SelectionReport names={rows} />
      </Form>
    </Dialog>
  );
}
