"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { CopyField } from "@/app/_ui/copy-field";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import type { Outputs } from "@/server/composition/outputs";
import { addSamlProvider, updateSamlProvider } from "./actions";

type Addresses = Outputs["instance"]["newSignInProvider"]["saml"];
type Shown = Outputs["instance"]["signInProvider"];

/** Draws the values that the provider needs from us. */
export function ServiceFields({ addresses: { entityId, acsUrl, logoutUrl, metadataUrl } }: { addresses: Addresses }) {
  return (
    <div className="flex flex-col gap-5">
      <CopyField
        label="Metadata address"
        value={metadataUrl}
        hint="Most providers read the other values from it, by its address or as a file."
      />
      <CopyField label="Entity ID" value={entityId} hint="Also called audience or identifier." />
      <CopyField label="Assertion consumer service" value={acsUrl} hint="Also called ACS, reply or callback URL." />
      <CopyField
        label="Single logout service"
        value={logoutUrl}
        hint="Also called SLO or logout URL. People who sign out at the provider are signed out here."
      />
    </div>
  );
}

/** Draws the form for a new SAML provider. `id`: the id that our addresses contain. */
export function AddSamlForm({ id }: { id: string }) {
  return (
    <Form action={addSamlProvider}>
      <HiddenFields values={{ providerId: id }} />
      <NameField />
      <TextAreaField
        label="Provider's metadata"
        name="metadata"
        optional
        spellCheck={false}
        rows={4}
        placeholder="<EntityDescriptor …>"
        hint="Paste the whole XML. If the provider shows none, fill in the next fields instead."
      />
      <TextField
        label="Provider's entity ID"
        name="issuer"
        optional
        autoComplete="off"
        spellCheck={false}
        placeholder="https://login.example.com/saml"
        hint="It cannot be changed later; for another entity ID, add another provider."
      />
      <ConnectionFields />
      <PersonFields />
      <div>
        <SubmitButton pendingLabel="Adding…">Add provider</SubmitButton>
      </div>
    </Form>
  );
}

/** Draws the form that changes a SAML provider. */
export function EditSamlCard({ provider, saml }: { provider: Shown; saml: NonNullable<Shown["saml"]> }) {
  return (
    <Card title="Connection">
      <SettingForm saves="connection" action={updateSamlProvider}>
        <HiddenFields values={{ providerId: provider.id }} />
        <NameField name={provider.name} />
        <TextAreaField
          label="New metadata"
          name="metadata"
          optional
          spellCheck={false}
          placeholder="<EntityDescriptor …>"
          hint="It replaces the addresses and the certificates below."
        />
        <ConnectionFields saml={saml} />
        <PersonFields provider={provider} subjectClaim={saml.subjectClaim} />
      </SettingForm>
    </Card>
  );
}

function NameField({ name }: { name?: string }) {
  return (
    <TextField
      label="Name"
      name="name"
      required
      maxLength={40}
      autoComplete="off"
      defaultValue={name}
      placeholder="Acme ID"
      hint="The button says “Continue with” and this."
    />
  );
}

function ConnectionFields({ saml }: { saml?: NonNullable<Shown["saml"]> }) {
  return (
    <>
      <TextField
        label="Sign-in address"
        name="signInUrl"
        type="url"
        inputMode="url"
        optional={saml === undefined}
        autoComplete="off"
        defaultValue={saml?.signInUrl}
        placeholder="https://login.example.com/saml/sso"
        hint="For HTTP-Redirect. Also called SSO URL."
      />
      <TextField
        label="Sign-out address"
        name="signOutUrl"
        type="url"
        inputMode="url"
        optional
        autoComplete="off"
        defaultValue={saml?.signOutUrl ?? undefined}
        placeholder="https://login.example.com/saml/slo"
        hint="Also called SLO or logout URL. The browser is sent back there when the provider has signed a person out."
      />
      <TextAreaField
        label="Certificates"
        name="certificates"
        optional={saml === undefined}
        spellCheck={false}
        rows={4}
        defaultValue={saml?.pem}
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="In PEM format, one after another. While the provider changes its certificate, enter both."
      />
      <ChoiceField
        label="Requests"
        name="signsRequests"
        defaultValue={saml?.signsRequests ? "on" : ""}
        choices={[
          {
            value: "",
            label: "Not signed",
            description: "Still signed if new metadata says that the provider wants it.",
          },
          {
            value: "on",
            label: "Signed",
            description: "The provider has to know our certificate: register the metadata above there first.",
          },
        ]}
      />
    </>
  );
}

function PersonFields({ provider, subjectClaim }: { provider?: Shown; subjectClaim?: string | null }) {
  return (
    <>
      <ChoiceField
        label="Addresses"
        name="trustEmail"
        defaultValue={provider?.trustEmail ? "on" : ""}
        choices={[
          {
            value: "",
            label: "Linked accounts only",
            description: "It signs in people who have linked it under Account, and creates no accounts.",
          },
          {
            value: "on",
            label: "Trust every address",
            description:
              "New people get an account with the address it sends. For a provider that your organization administers.",
          },
        ]}
      />
      <TextField
        label="Address attribute"
        name="emailClaim"
        optional
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.emailClaim}
        placeholder="email"
        hint="“email” stands for its usual names, and for a NameID that is an address."
      />
      <TextField
        label="Subject attribute"
        name="subjectClaim"
        optional
        autoComplete="off"
        spellCheck={false}
        defaultValue={subjectClaim ?? undefined}
        placeholder="NameID"
        hint="The permanent identifier of a person. If the NameID is an address, choose an attribute that is never reassigned to another person."
      />
    </>
  );
}
