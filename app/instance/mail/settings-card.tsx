"use client";

import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { TickField } from "@/app/_ui/check-field";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, FormDone, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { Outputs } from "@/server/composition/outputs";
import { removeMail, setMail } from "./actions";
import { encryptions } from "./encryptions";

type Outcome = Outputs["instance"]["tryMail"];
type Props = Pick<Outputs["instance"]["mail"], "set"> & { isUnreadable: boolean };

/** Draws the forms that set how mail is sent: by a mail server, or by Resend. */
export function SettingsCard({ set, isUnreadable }: Props) {
  const server = set?.kind === "smtp" ? set : null;
  const resend = set?.kind === "resend" ? set : null;
  return (
    <>
      <Card
        title="Mail server"
        description="By SMTP, such as your organization's relay. Applies on every instance within a second."
      >
        <RouteForm kind="smtp" sender={server?.sender}>
          <div className="grid gap-5 sm:grid-cols-[minmax(0,1fr)_8rem]">
            <TextField
              label="Host"
              name="host"
              required
              autoComplete="off"
              spellCheck={false}
              defaultValue={server?.host ?? ""}
              placeholder="mail.example.com"
              hint="Private addresses are allowed, link-local ones are not."
            />
            <TextField
              label="Port"
              name="port"
              inputMode="numeric"
              autoComplete="off"
              defaultValue={String(server?.port ?? 587)}
            />
          </div>
          <SelectField
            label="Encryption"
            name="encryption"
            defaultValue={server?.encryption ?? "starttls"}
            options={Object.entries(encryptions).map(([value, label]) => ({ value, label }))}
            hint="Port 465 is TLS from the first byte, port 587 STARTTLS."
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField
              label="User"
              name="user"
              optional
              autoComplete="off"
              spellCheck={false}
              defaultValue={server?.username ?? ""}
              hint="Empty: no login."
            />
            <TextField
              label={server?.hasSecret ? "New password" : "Password"}
              name="secret"
              optional
              isSecret
              hint={secretHint("password", server?.hasSecret ?? false, isUnreadable)}
            />
          </div>
        </RouteForm>
      </Card>
      <Card title="Resend" description="By the API of resend.com. Saving it replaces the mail server.">
        <RouteForm kind="resend" sender={resend?.sender}>
          <TextField
            label={resend ? "New key" : "Key"}
            name="secret"
            isSecret
            optional={resend !== null}
            hint={secretHint("key", resend !== null, isUnreadable)}
          />
        </RouteForm>
      </Card>
      {set && (
        <Card
          title="Remove"
          description="Deletes these settings with the password or key. Mail then waits until another way to send it is set."
        >
          <Form action={removeMail}>
            <div>
              <SubmitButton variant="danger" pendingLabel="Removing…">
                Remove mail settings
              </SubmitButton>
            </div>
          </Form>
        </Card>
      )}
    </>
  );
}

function RouteForm({
  kind,
  sender,
  children,
}: {
  kind: "smtp" | "resend";
  sender: string | undefined;
  children: ReactNode;
}) {
  const name = kind === "smtp" ? "mail server" : "Resend";
  return (
    <Form action={setMail} saysAtButton aria-label={`Set ${name}`}>
      <HiddenFields values={{ kind }} />
      {children}
      <TextField
        label="Sender"
        name="sender"
        required
        autoComplete="off"
        defaultValue={sender ?? ""}
        placeholder="Atelier <atelier@example.com>"
        hint="An address, or a name followed by one."
      />
      <TickField
        label="Save even if the test fails"
        name="isForced"
        hint="Saving sends you a test first. Tick this to save without one."
      />
      <FormDone<Outcome>>
        {({ isSent, title, said }) => (
          <Notice tone={isSent ? "success" : "danger"} title={title}>
            {said}
          </Notice>
        )}
      </FormDone>
      <div className="flex flex-wrap gap-3">
        <SubmitButton pendingLabel="Testing…" aria-label={`Test and save ${name}`}>
          Test and save
        </SubmitButton>
        <SubmitButton
          variant="secondary"
          name="only"
          value="test"
          pendingLabel="Sending…"
          aria-label={`Send me a test by ${name}`}
        >
          Send me a test
        </SubmitButton>
      </div>
    </Form>
  );
}

function secretHint(what: string, hasSecret: boolean, isUnreadable: boolean): string {
  if (hasSecret && isUnreadable) return `The ${what} cannot be read since AUTH_SECRET was changed. Enter it again.`;
  if (hasSecret) return `Leave it empty to keep the ${what}. If you change the server or the user, enter it again.`;
  return "It is encrypted, and is never shown again.";
}
