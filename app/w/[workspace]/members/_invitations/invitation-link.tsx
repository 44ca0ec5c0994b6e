"use client";

import { useEffect } from "react";
import { CopyField } from "@/app/_ui/copy-field";
import { SubmitButton, useFormState } from "@/app/_ui/form";
import { useToast } from "@/app/_ui/toast";

/**
 * Draws "Copy link": it creates a new link and copies it to the clipboard. Without access to the clipboard the link is
 * shown in a field. Only its hash is stored, so it cannot be shown again.
 */
export function InvitationLink({ email }: { email: string }) {
  const { state } = useFormState<{ url: string }>();
  const url = state.status === "done" ? state.data.url : undefined;
  const toast = useToast();

  useEffect(() => {
    if (!url) return;
    navigator.clipboard?.writeText(url).then(
      () => toast("Link copied. The one in the e-mail no longer works."),
      () => {},
    );
  }, [url, toast]);

  return (
    <>
      <SubmitButton size="sm" variant="ghost" aria-label={`Copy link for ${email}`}>
        Copy link
      </SubmitButton>
      {url && (
        <CopyField
          label={`Link for ${email}`}
          isLabelHidden
          value={url}
          hint="Shown only once. The link in the earlier e-mail no longer works."
        />
      )}
    </>
  );
}
