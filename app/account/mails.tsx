import { Card } from "@/app/_ui/card";
import { CheckField } from "@/app/_ui/check-field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { optionalMails } from "@/server/mail/input";
import { chooseMails } from "./actions";

/** Shows which mails one gets, of those that one can do without. */
export function Mails({ wanted }: { wanted: string[] }) {
  return (
    <Card
      id="mails"
      title="E-mails"
      description="Always sent: sign-in links, invitations, answers to your requests, your removal from a workspace, reports of unwanted invitations, keys found in public, and what concerns the security of your account."
    >
      <Form action={chooseMails}>
        <CheckField
          label="Mail me when"
          name="topics"
          choices={Object.entries(optionalMails).map(([value, label]) => ({ value, label }))}
          defaultValues={wanted}
        />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Saving…" aria-label="Save e-mails">
            Save
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
