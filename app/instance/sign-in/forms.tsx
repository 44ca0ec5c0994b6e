"use client";

import { Card } from "@/app/_ui/card";
import { TickField } from "@/app/_ui/check-field";
import { ChoiceField } from "@/app/_ui/choice-field";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { CopyField } from "@/app/_ui/copy-field";
import { DialogButton } from "@/app/_ui/dialog-button";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { addSignInProvider, removeSignInProvider, setSignInProviderState, updateSignInProvider } from "./actions";

type Shown = {
  name: string;
  clientId: string;
  scope: string | null;
  emailClaim: string;
  trustEmail: boolean;
  clientAuthentication: string | null;
};

type Addresses = { redirectUri: string; logoutUri: string | null };

/** Draws the values that have to be entered at the provider. */
export function ClientFields({ redirectUri, logoutUri }: Addresses) {
  return (
    <div className="flex flex-col gap-5">
      <CopyField
        label="Redirect URI"
        value={redirectUri}
        hint="Enter it at the provider, for a client of the type “web”."
      />
      {logoutUri && (
        <CopyField
          label="Back-channel logout URI"
          value={logoutUri}
          hint="If the provider supports it: people who sign out there are signed out here too, within a second."
        />
      )}
    </div>
  );
}

/** Draws the form for a new provider. `id`: the id that its addresses contain. */
export function AddProviderForm({ id, ...addresses }: { id: string } & Addresses) {
  return (
    <Form action={addSignInProvider}>
      <HiddenFields values={{ providerId: id }} />
      <ClientFields {...addresses} />
      <TextField
        label="Issuer"
        name="issuer"
        type="url"
        inputMode="url"
        autoComplete="off"
        required
        placeholder="https://login.example.com/realms/staff"
        hint="As in its discovery document. It cannot be changed later; for another issuer, add another provider."
      />
      <ProviderFields />
      <TickField
        label="Save even if the issuer does not answer"
        name="isForced"
        hint="Saving reads the discovery document. Tick this to save without reading it."
      />
      <div>
        <SubmitButton pendingLabel="Asking the issuer…">Add provider</SubmitButton>
      </div>
    </Form>
  );
}

/** Draws the form that changes a provider. */
export function EditProviderCard({ id, provider }: { id: string; provider: Shown }) {
  return (
    <Card title="Connection">
      <SettingForm saves="connection" action={updateSignInProvider}>
        <HiddenFields values={{ providerId: id }} />
        <ProviderFields provider={provider} />
      </SettingForm>
    </Card>
  );
}

function ProviderFields({ provider }: { provider?: Shown }) {
  return (
    <>
      <TextField
        label="Name"
        name="name"
        required
        maxLength={40}
        autoComplete="off"
        defaultValue={provider?.name}
        placeholder="Acme ID"
        hint="The button says “Continue with” and this."
      />
      <TextField
        label="Client ID"
        name="clientId"
        required
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.clientId}
      />
      <TextField
        label={provider ? "New client secret" : "Client secret"}
        name="secret"
        isSecret
        optional={provider !== undefined}
        hint={
          provider
            ? "Leave it empty to keep the secret."
            : "It is encrypted, goes to this issuer only, and is never shown again."
        }
      />
      <TextField
        label="Scopes"
        name="scope"
        optional
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.scope ?? undefined}
        placeholder="openid email profile"
      />
      <ChoiceField
        label="Addresses"
        name="trustEmail"
        defaultValue={provider?.trustEmail ? "on" : ""}
        choices={[
          {
            value: "",
            label: "Verified only",
            description: "New people need an address that the provider says is verified.",
          },
          {
            value: "on",
            label: "Trust every address",
            description:
              "For a provider that your organization administers and that does not report verification, such as Entra.",
          },
        ]}
      />
      <TextField
        label="Address claim"
        name="emailClaim"
        optional
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.emailClaim}
        placeholder="email"
        hint="The claim with the address, such as upn. Claims other than email need trusted addresses."
      />
      <SelectField
        label="Client authentication"
        name="clientAuthentication"
        optional
        defaultValue={provider?.clientAuthentication ?? ""}
        options={[
          { value: "", label: "As the discovery document offers" },
          { value: "client_secret_basic", label: "client_secret_basic" },
          { value: "client_secret_post", label: "client_secret_post" },
          { value: "client_secret_jwt", label: "client_secret_jwt" },
        ]}
      />
    </>
  );
}

/** Draws the form that enables or disables a provider. `loss`: the effects of disabling it, as a sentence. */
export function ProviderStateCard({ id, isEnabled, loss }: { id: string; isEnabled: boolean; loss: string }) {
  return (
    <Card title="State">
      <SettingForm saves="state" action={setSignInProviderState}>
        <HiddenFields values={{ providerId: id }} />
        <ChoiceField
          label="Signing in"
          name="state"
          defaultValue={isEnabled ? "enabled" : "disabled"}
          choices={[
            { value: "enabled", label: "Enabled", description: "It has a button on the sign-in page." },
            {
              value: "disabled",
              label: "Disabled",
              description: `People cannot sign in with it; it can be tested. ${loss}`,
            },
          ]}
        />
      </SettingForm>
    </Card>
  );
}

/** Draws the card that deletes a provider, with the dialog that asks for confirmation. */
export function DeleteProviderCard({
  id,
  name,
  loss,
  isAsking,
}: {
  id: string;
  name: string;
  loss: string;
  isAsking: boolean;
}) {
  const href = `/instance/sign-in/${id}`;
  return (
    <Card title="Delete" tone="danger" description={`It is unlinked from every account. ${loss}`}>
      <div>
        <DialogButton variant="danger" dialog="delete" href={`${href}?dialog=delete`}>
          Delete provider
        </DialogButton>
      </div>
      <ConfirmDialog
        id="delete"
        title={`Delete ${name}`}
        description={`Its secret is deleted too. ${loss}`}
        open={isAsking}
        closeHref={href}
        action={removeSignInProvider}
        fields={{ providerId: id }}
        submitLabel="Delete provider"
        pendingLabel="Deleting…"
      />
    </Card>
  );
}
