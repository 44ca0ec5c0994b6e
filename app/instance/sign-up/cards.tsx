"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectField, TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { setCreators, setDefaults, setSignUp } from "../actions";

const domainsHint = "Like acme.com, separated by commas. Subdomains are not covered.";

/** Draws who may make an account. */
export function SignUpCard({ signUp, domains }: { signUp: string; domains: string }) {
  return (
    <Card title="Who may sign up" description="Who has an account already signs in as before.">
      <Form action={setSignUp}>
        <ChoiceField
          label="New accounts"
          name="signUp"
          defaultValue={signUp}
          choices={[
            { value: "all", label: "Every address", description: "Each person who can receive mail at one." },
            {
              value: "invited",
              label: "Invited people",
              description: "Addresses with a pending invitation to a workspace.",
            },
            { value: "domains", label: "These domains", description: "Addresses there, and invited people." },
          ]}
        />
        <TextAreaField
          label="Domains that may sign up"
          name="signUpDomains"
          defaultValue={domains}
          rows={2}
          hint={domainsHint}
        />
        <div>
          <SubmitButton pendingLabel="Saving…">Save who may sign up</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Draws who may make workspaces. */
export function CreatorsCard({
  creators,
  domains,
  most,
  personal,
}: {
  creators: string;
  domains: string;
  most: string;
  personal: string;
}) {
  return (
    <Card title="Who may create workspaces" description="Operators always may. Workspaces that are there stay.">
      <Form action={setCreators}>
        <ChoiceField
          label="Workspaces for an organization"
          name="workspaceCreators"
          defaultValue={creators}
          choices={[
            { value: "all", label: "Every person", description: "Each with an account here." },
            { value: "domains", label: "These domains", description: "People with a verified address there." },
            { value: "operators", label: "Operators", description: "The others join by invitation, link or domain." },
          ]}
        />
        <TextAreaField
          label="Domains that may create"
          name="creatorDomains"
          defaultValue={domains}
          rows={2}
          hint={domainsHint}
        />
        <TextField
          label="Workspaces per person"
          name="workspacesPerPerson"
          defaultValue={most}
          inputMode="numeric"
          autoComplete="off"
          placeholder="Any number"
          hint="How many that are not deleted one person may have made, with their personal one."
        />
        <ChoiceField
          label="Personal workspaces"
          name="personal"
          defaultValue={personal}
          columns={2}
          choices={[
            { value: "allowed", label: "Allowed", description: "One for each person." },
            { value: "closed", label: "Closed", description: "Only workspaces of organizations." },
          ]}
        />
        <div>
          <SubmitButton pendingLabel="Saving…">Save who may create workspaces</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

type Defaults = {
  newCeiling: string;
  personalCeiling: string;
  newRequestsPerMinute: string;
  newTokensPerMinute: string;
  newMaximumKeyDays: string;
  newKeyCreators: string;
};

/** Draws what a new workspace starts with. */
export function DefaultsCard({ currency, values }: { currency: string; values: Defaults }) {
  const amount = { inputMode: "decimal", autoComplete: "off", suffix: currency, placeholder: "No ceiling" } as const;
  const count = { inputMode: "numeric", autoComplete: "off", placeholder: "No limit" } as const;
  return (
    <Card
      title="New workspaces"
      description="What each starts with. A ceiling is yours to change; the rest its Admins can change. Workspaces that are there stay as they are."
    >
      <Form action={setDefaults}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label="Ceiling a month" name="newCeiling" defaultValue={values.newCeiling} {...amount} />
          <TextField
            label="Ceiling of a personal one"
            name="personalCeiling"
            defaultValue={values.personalCeiling}
            {...amount}
          />
          <TextField
            label="Requests per minute"
            name="newRequestsPerMinute"
            defaultValue={values.newRequestsPerMinute}
            {...count}
          />
          <TextField
            label="Tokens per minute"
            name="newTokensPerMinute"
            defaultValue={values.newTokensPerMinute}
            {...count}
          />
          <SelectField
            label="Keys live at most"
            name="newMaximumKeyDays"
            defaultValue={values.newMaximumKeyDays}
            options={[
              { value: "none", label: "No limit" },
              { value: "30", label: "30 days" },
              { value: "90", label: "90 days" },
              { value: "180", label: "180 days" },
              { value: "365", label: "365 days" },
            ]}
          />
          <SelectField
            label="Who creates keys"
            name="newKeyCreators"
            defaultValue={values.newKeyCreators}
            options={[
              { value: "developers", label: "Admins and Developers" },
              { value: "admins", label: "Admins" },
            ]}
          />
        </div>
        <div>
          <SubmitButton pendingLabel="Saving…">Save what new workspaces start with</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
