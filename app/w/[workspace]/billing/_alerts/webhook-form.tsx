"use client";

import { CopyField } from "@/app/_ui/copy-field";
import { TextField } from "@/app/_ui/field";
import { Form, FormDone, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { ShownOnce } from "@/app/_ui/shown-once";
import { setWebhook } from "../actions";

/** Draws the form that sets the webhook and, after it was saved, the secret that signs the requests. */
export function WebhookForm({ slug, isSet }: { slug: string; isSet: boolean }) {
  return (
    <Form
      action={setWebhook}
      ifUnanswered="If the address was saved, its signing secret was not shown: save the address again for a new one."
      aria-label="Webhook"
    >
      <HiddenFields values={{ workspace: slug }} />
      <FormDone<{ host: string; secret: string }>>
        {({ secret }) => (
          <ShownOnce what="the signing secret">
            <p className="mb-3">
              Slack does not need it. Your own receiver can verify requests by the header{" "}
              <code className="font-mono text-[0.8125rem]">x-atelier-signature</code>.
            </p>
            <CopyField label="Signing secret" value={secret} buttonLabel="Copy secret" />
          </ShownOnce>
        )}
      </FormDone>
      <div className="max-w-160">
        <TextField
          label={isSet ? "Another address" : "Address"}
          name="url"
          type="url"
          placeholder="https://hooks.slack.com/services/…"
          hint="An incoming webhook of Slack, Mattermost or a compatible server. The address is not shown again. Each time it is saved, a new signing secret is created."
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          required
        />
      </div>
      <div>
        <SubmitButton variant="secondary" pendingLabel="Saving…">
          {isSet ? "Replace webhook" : "Save webhook"}
        </SubmitButton>
      </div>
    </Form>
  );
}
