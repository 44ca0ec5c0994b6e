"use client";

import { useEffect, useState } from "react";
import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, FormDone, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { createKey } from "./actions";

const expirations = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "No expiration" },
];

type Created = { name: string; secret: string };

/**
 * "Create new key", and then its secret, once. While the secret is shown the dialog cannot be closed by accident. It
 * is gone with the dialog.
 */
export function CreateKeyDialog({ slug, here, isOpen }: { slug: string; here: string; isOpen: boolean }) {
  const [hasSecret, setHasSecret] = useState(false);
  return (
    <Dialog
      id="create"
      open={isOpen}
      title="Create new key"
      description="The key belongs to the workspace and stays when you leave it."
      dismissible={!hasSecret}
      closeHref={here}
      onClose={() => {
        setHasSecret(false);
        window.history.replaceState(null, "", here);
      }}
    >
      <Form action={createKey}>
        <input type="hidden" name="workspace" value={slug} />
        <FormUntilDone>
          <TextField
            label="Key name"
            name="name"
            placeholder="Production backend"
            hint="What will use it."
            maxLength={60}
            autoComplete="off"
            required
          />
          <SelectField label="Expiration" name="expiration" defaultValue="90" options={expirations} />
          <DialogActions>
            <CloseDialogButton>Cancel</CloseDialogButton>
            <SubmitButton pendingLabel="Creating…">Create new key</SubmitButton>
          </DialogActions>
        </FormUntilDone>
        <FormDone<Created>>{(created) => <Secret {...created} onShown={setHasSecret} />}</FormDone>
      </Form>
    </Dialog>
  );
}

function Secret({ name, secret, onShown }: Created & { onShown: (isShown: true) => void }) {
  useEffect(() => onShown(true), [onShown]);
  return (
    <>
      <Notice tone="warning" title={`This is the only time you see the key of ${name}`} role="status">
        Copy it now and keep it where your program reads its secrets.
      </Notice>
      <CopyField label="Your new key" value={secret} buttonLabel="Copy key" />
      <DialogActions>
        <DownloadLink fileName=".env" text={`ATELIER_API_KEY=${secret}\n`}>
          Download .env
        </DownloadLink>
        <CloseDialogButton variant="primary">Done</CloseDialogButton>
      </DialogActions>
    </>
  );
}
