import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";

type AnswerProps<Approved, Declined> = {
  approve: FormProps<Approved>["action"];
  decline: FormProps<Declined>["action"];
  /** The hidden fields that identify the request. */
  fields: Record<string, string>;
  /** Fields that only the approval sends. */
  approveFields?: Record<string, string>;
  approveLabel?: string;
  /** The subject of the answer, for screen readers, after the verb. */
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
