import { Card } from "@/app/_ui/card";
import { CheckField } from "@/app/_ui/check-field";
import { SettingForm } from "@/app/_ui/setting-form";
import { optionalMails } from "@/server/mail/input";
import { chooseMails } from "./actions";

/** Draws the choice of optional e-mails. */
export function Mails({ wanted }: { wanted: string[] }) {
  return (
    <Card
      id="mails"
      title="E-mails"
      description="Always sent: sign-in links, invitations, answers to your requests, your removal from a workspace, reports of unwanted invitations, keys found in public, and security notices about your account."
    >
      <SettingForm action={chooseMails} saves="e-mails">
        <CheckField
          label="Mail me when"
          name="topics"
          choices={Object.entries(optionalMails).map(([value, label]) => ({ value, label }))}
          defaultValues={wanted}
        />
      </SettingForm>
    </Card>
  );
}
