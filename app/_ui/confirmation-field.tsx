import { TextField } from "./field";

/** Draws a field in which a text is typed to confirm an action that cannot be undone. */
export function ConfirmationField({ label }: { label: string }) {
  return <TextField label={label} name="confirmation" autoComplete="off" spellCheck={false} required />;
}
