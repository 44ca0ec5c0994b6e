import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { changeEmail } from "./actions";

/** Draws the person's e-mail address, and the form that changes it. */
export function EmailAddress({ email, pending }: { email: string; pending: string | null }) {
  return (
    <Card
      id="email"
      title="E-mail address"
      description={`You sign in with ${email}. A new address takes effect when you open the link that we send to it.`}
    >
      {pending && (
        <Notice role="note" className="mb-5">
          A link was sent to <strong className="wrap-anywhere font-medium">{pending}</strong>. It works for 10 minutes,
          in a browser that is signed in as you. Until you open it, nothing changes.
        </Notice>
      )}
      <Form action={changeEmail} resetOnDone>
        <TextField
          label="New e-mail address"
          name="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          hint="All your other browsers are signed out, and you can no longer accept invitations to your old address."
          required
        />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Sending the link…">
            Change e-mail address
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
