"use client";

import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import type { FormState } from "@/server/composition/form-state";
import { beginPasskey, keepPasskey } from "./actions";

/** Creates a passkey with the browser and saves it. The code for the authenticator is loaded only now. */
async function addPasskey(_previous: FormState<void>, form: FormData): Promise<FormState<void>> {
  const begun = await beginPasskey({ status: "idle" }, new FormData());
  const values = { name: String(form.get("name") ?? "") };
  if (begun.status === "refused") return { ...begun, values };
  if (begun.status !== "done") return { status: "idle" };
  try {
    const { startRegistration } = await import("@simplewebauthn/browser");
    form.set("response", JSON.stringify(await startRegistration({ optionsJSON: begun.data })));
  } catch (error) {
    const isThere = (error as Error).name === "InvalidStateError";
    const message = isThere
      ? "Your device already has a passkey for this account."
      : "No passkey was added: the request was cancelled or took too long.";
    return { status: "refused", reason: "passkey_refused", message, fields: {}, values };
  }
  return keepPasskey({ status: "idle" }, form);
}

/** Draws a field for the new passkey's name, and the button that creates it. */
export function AddPasskey() {
  return (
    <>
      <Form action={addPasskey} resetOnDone className="noscript:hidden">
        <TextField
          label="Name of the passkey"
          name="name"
          placeholder="Work laptop"
          maxLength={60}
          autoComplete="off"
          required
        />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Waiting for your device…">
            Add a passkey
          </SubmitButton>
        </div>
      </Form>
      <noscript>
        <p className="text-ink-soft">Adding a passkey needs JavaScript.</p>
      </noscript>
    </>
  );
}
