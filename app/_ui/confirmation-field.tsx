import { TextField } from "./field";

/** Draws the field in which a text is typed again, as proof that what cannot be undone is meant. */
export function ConfirmationField({ label }: { label: string }) {
  return <TextField label={label} name="confirmation" autoComplete="off" spellCheck={false} required />;
}
