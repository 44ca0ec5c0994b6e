"use client";

import { endLook } from "@/app/_shared/look/actions";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { askLook } from "../../actions";

/** Draws the form by which an operator asks to look inside, or the state of their request. */
export function LookCard({
  slug,
  look,
}: {
  slug: string;
  look: { status: "pending" | "granted"; reason: string; createdAt: Date; endsAt: Date | null } | null;
}) {
  return (
    <Card
      id="look-inside"
      title="Look inside"
      description="With the consent of one of its Admins, you get the read access of a Viewer for an hour, without prompts, secrets and file contents. You cannot change anything. Members see a notice while you look, and both audit logs record it."
    >
      {look === null ? (
        <Form action={askLook}>
          <HiddenFields values={{ slug }} />
          <TextField
            label="Why you ask"
            name="reason"
            required
            maxLength={300}
            autoComplete="off"
            hint="Its Admins see it in an e-mail and on their pages."
          />
          <div>
            <SubmitButton pendingLabel="Asking…">Ask to look inside</SubmitButton>
          </div>
        </Form>
      ) : (
        <Form action={endLook}>
          <HiddenFields values={{ slug }} />
          <p className="wrap-anywhere">
            {look.status === "pending"
              ? `Requested ${formatExact(look.createdAt)}: “${look.reason}”. No Admin has answered yet.`
              : `You may look inside until ${look.endsAt ? formatExact(look.endsAt) : "later"}.`}
          </p>
          <div className="flex flex-wrap gap-2">
            {look.status === "granted" && <LinkButton href={`/w/${slug}`}>Open the workspace</LinkButton>}
            <SubmitButton variant="secondary" pendingLabel="Ending…">
              {look.status === "pending" ? "Withdraw the request" : "Stop looking inside"}
            </SubmitButton>
          </div>
        </Form>
      )}
    </Card>
  );
}
