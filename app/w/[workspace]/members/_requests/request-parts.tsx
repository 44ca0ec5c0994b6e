import { SelectField } from "@/app/_ui/field";
import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { roleOptions } from "../_fields/role-options";

/** Draws the name and address of a person with a request. */
export function Asker({ name, email }: { name: string; email: string }) {
  return (
    <>
      <p className="wrap-anywhere font-medium">{name}</p>
      <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{email}</p>
    </>
  );
}

/** Up to this many are shown on a phone with their answers, more of them one line each. */
export const fewRequests = 5;

/** What each role is for would be said again on every row: the page about inviting says it. */
const roles = roleOptions.map(({ value, label }) => ({ value, label }));

/** Draws the answers to a request: "Approve" with a role, and "Decline". */
export function Answers<Approved, Declined>({
  approve,
  decline,
  fields,
  role,
  roleLabel,
  about,
  approveLabel = "Approve",
  approveFields = {},
}: {
  approve: FormProps<Approved>["action"];
  decline: FormProps<Declined>["action"];
  /** The hidden fields that identify the request. */
  fields: Record<string, string>;
  /** The suggested role. */
  role: string;
  roleLabel: string;
  /** The subject of the answer, for screen readers, after the verb. */
  about: string;
  approveLabel?: string;
  /** Fields that only the approval sends. */
  approveFields?: Record<string, string>;
}) {
  return (
    <div className="flex flex-wrap items-start gap-2 md:flex-nowrap">
      <Form action={approve} className="flex-row! items-start gap-2!">
        <HiddenFields values={{ ...fields, ...approveFields }} />
        <SelectField
          label={roleLabel}
          isLabelHidden
          name="role"
          defaultValue={role}
          options={roles}
          className="min-w-36"
        />
        <SubmitButton aria-label={`${approveLabel} ${about}`}>{approveLabel}</SubmitButton>
      </Form>
      <Form action={decline}>
        <HiddenFields values={fields} />
        <SubmitButton variant="ghost" aria-label={`Decline ${about}`}>
          Decline
        </SubmitButton>
      </Form>
    </div>
  );
}
