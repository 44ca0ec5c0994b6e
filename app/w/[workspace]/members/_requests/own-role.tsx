import { Dialog } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { RelativeTime } from "@/app/_ui/time";
import { type Role, roleText } from "@/server/access/permissions";
import { roleOptions } from "../_fields/role-options";
import { askForRole, withdrawRoleRequest } from "../actions";

type Request = { role: Role; status: "pending" | "approved" | "declined" | "withdrawn"; settledAt: Date | null };

/** Shows the state of the member's own request for another role: pending, or declined. */
export function OwnRequest({ request, role, slug }: { request: Request | null; role: Role; slug: string }) {
  if (request?.status === "declined" && request.settledAt)
    return (
      <Notice role="note" className="mb-8">
        Your request to be {roleText[request.role].name} was declined <RelativeTime date={request.settledAt} />.
      </Notice>
    );
  if (request?.status !== "pending" || request.role === role) return null;
  return (
    <Notice role="note" className="mb-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span>Your request to be {roleText[request.role].name} is waiting for an Admin.</span>
        <Form action={withdrawRoleRequest}>
          <HiddenFields values={{ workspace: slug }} />
          <SubmitButton variant="secondary" size="sm">
            Take it back
          </SubmitButton>
        </Form>
      </div>
    </Notice>
  );
}

/** Draws the dialog "Ask for another role". `wanted`: the role that the address suggests. */
export function AskForRoleDialog({
  slug,
  here,
  role,
  wanted,
  isOpen,
}: {
  slug: string;
  here: string;
  role: Role;
  wanted: string | undefined;
  isOpen: boolean;
}) {
  const options = roleOptions.filter(({ value }) => value !== role);
  const suggested = options.find(({ value }) => value === wanted) ?? options.find(({ value }) => value === "developer");
  return (
    <Dialog
      id="ask"
      open={isOpen}
      title="Ask for another role"
      description={`You are ${roleText[role].name} here. The Admins get an e-mail, and you get one with their answer.`}
      closeHref={here}
    >
      <Form action={askForRole}>
        <HiddenFields values={{ workspace: slug }} />
        <SelectField label="Role" name="role" defaultValue={(suggested ?? options[0])?.value ?? ""} options={options} />
        <SubmitActions pendingLabel="Sending…">Send request</SubmitActions>
      </Form>
    </Dialog>
  );
}
