"use client";

import { CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { TextAreaField } from "@/app/_ui/field";
import { SettingForm } from "@/app/_ui/setting-form";
import { setCreators, setSignUp } from "../actions";

/** Draws the form for who may create an account. */
export function SignUpCard({ signUp, domains }: { signUp: string; domains: string }) {
  return (
    <Card id="sign-up" title="Who may sign up" description="Existing accounts are not affected.">
      <SettingForm saves="who may sign up" action={setSignUp}>
        <ChoiceField
          label="New accounts"
          name="signUp"
          defaultValue={signUp}
          choices={[
            { value: "all", label: "Every address", description: "Any person with an e-mail address." },
            {
              value: "invited",
              label: "Invited people",
              description: "Addresses with a pending invitation to a workspace.",
            },
            {
              value: "domains",
              label: "These domains",
              description: "Addresses at these domains, and invited people.",
            },
          ]}
        />
        <DomainsField label="Domains that may sign up" name="signUpDomains" value={domains} />
      </SettingForm>
    </Card>
  );
}

/** Draws the form for who may create workspaces. */
export function CreatorsCard({
  creators,
  domains,
  mostPerPerson,
  personal,
}: {
  creators: string;
  domains: string;
  mostPerPerson: string;
  personal: string;
}) {
  return (
    <Card
      id="creators"
      title="Who may create workspaces"
      description="Operators always may. Existing workspaces are not affected."
    >
      <SettingForm saves="who may create workspaces" action={setCreators}>
        <ChoiceField
          label="Workspaces for an organization"
          name="workspaceCreators"
          defaultValue={creators}
          choices={[
            { value: "all", label: "Every person", description: "Any person with an account." },
            {
              value: "domains",
              label: "These domains",
              description: "People with a verified address at these domains.",
            },
            { value: "operators", label: "Operators", description: "Other people join by invitation, link or domain." },
          ]}
        />
        <DomainsField label="Domains that may create" name="creatorDomains" value={domains} />
        <CountField
          label="Workspaces per person"
          name="workspacesPerPerson"
          defaultValue={mostPerPerson}
          placeholder="No limit"
          hint="How many workspaces one person may create, the personal one included. Deleted ones do not count."
        />
        <ChoiceField
          label="Personal workspaces"
          name="personal"
          defaultValue={personal}
          columns={2}
          choices={[
            { value: "allowed", label: "Allowed", description: "One for each person." },
            { value: "closed", label: "Closed", description: "Organizations only." },
          ]}
        />
      </SettingForm>
    </Card>
  );
}

function DomainsField({ label, name, value }: { label: string; name: string; value: string }) {
  return (
    <TextAreaField
      label={label}
      name={name}
      defaultValue={value}
      rows={2}
      hint="Such as acme.com, separated by commas. Subdomains are not included."
    />
  );
}
