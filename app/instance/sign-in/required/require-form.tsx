"use client";

import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { setSignInRule } from "../actions";

/**
 * Draws the button that requires the provider. It is refused when the number of people who are locked out has changed
 * since the page was shown.
 */
export function RequireForm({ domain, provider, lockedOut }: { domain: string; provider: string; lockedOut: number }) {
  return (
    <Form action={setSignInRule}>
      <HiddenFields values={{ domain, provider, lockedOut: String(lockedOut) }} />
      <div>
        <SubmitButton variant={lockedOut > 0 ? "danger" : "primary"} pendingLabel="Saving…">
          Require it of {domain}
        </SubmitButton>
      </div>
    </Form>
  );
}
