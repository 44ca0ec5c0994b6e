import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";

type AnswerProps<Approved, Declined> = {
  approve: FormProps<Approved>["action"];
  decline: FormProps<Declined>["action"];
  /** Which request it is. */
  fields: Record<string, string>;
  /** What only the approval sends along. */
  approveFields?: Record<string, string>;
  approveLabel?: string;
  /** What is approved or declined, read aloud after the verb. */
  about: string;
};

/** Draws the two buttons that answer a request. */
export function Answers<Approved, Declined>({
  approve,
  decline,
  fields,
  approveFields = {},
  approveLabel = "Approve",
  about,
}: AnswerProps<Approved, Declined>) {
  return (
    <>
      <Form action={approve}>
        <HiddenFields values={{ ...fields, ...approveFields }} />
        <SubmitButton size="sm" aria-label={`${approveLabel}: ${about}`}>
          {approveLabel}
        </SubmitButton>
      </Form>
      <Form action={decline}>
        <HiddenFields values={fields} />
        <SubmitButton size="sm" variant="ghost" aria-label={`Decline: ${about}`}>
          Decline
        </SubmitButton>
      </Form>
    </>
  );
}
