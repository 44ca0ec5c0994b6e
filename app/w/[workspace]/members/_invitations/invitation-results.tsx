"use client";

import { Badge } from "@/app/_ui/badge";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { FormDone } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import type { InvitationResult } from "@/server/joining/invitations/router";

const texts: Record<InvitationResult["outcome"], [string, "success" | "neutral" | "danger"]> = {
  invited: ["Invited", "success"],
  already_member: ["Already a member", "neutral"],
  already_invited: ["Already invited", "neutral"],
  invalid: ["Not an address", "danger"],
};

/** Shows the result for each address after the invitations were sent. */
export function InvitationResults({ slug }: { slug: string }) {
  return (
    <FormDone<{ results: InvitationResult[]; beyondSeats: number; isAtCeiling: boolean }>>
      {({ results, beyondSeats, isAtCeiling }) => (
        <>
          <p role="status" className="font-medium">
            {summary(results)}
          </p>
          {beyondSeats > 0 && (
            <Notice tone="warning" role="note">
              {beyondSeats === 1 ? "There is no seat for 1" : `There are no seats for ${beyondSeats}`} of the invited
              people. The first to accept get the seats;{" "}
              {isAtCeiling ? (
                <>
                  the people who run this Atelier allow no more.{" "}
                  <a
                    href={`/w/${slug}/limits?of=ceiling&measure=members#more`}
                    className="underline underline-offset-2"
                  >
                    Ask for more
                  </a>
                </>
              ) : (
                "add seats on the settings page."
              )}
            </Notice>
          )}
          <ul
            aria-label="Results"
            className="max-h-72 divide-y divide-hairline overflow-y-auto rounded-lg border border-hairline"
          >
            {results.map(({ email, outcome }) => (
              <li key={email} className="flex items-center justify-between gap-3 px-3 py-2">
                <span className="wrap-anywhere min-w-0">{email}</span>
                <Badge tone={texts[outcome][1]}>{texts[outcome][0]}</Badge>
              </li>
            ))}
          </ul>
          <DialogActions>
            <CloseDialogButton variant="primary">Done</CloseDialogButton>
          </DialogActions>
        </>
      )}
    </FormDone>
  );
}

function summary(results: InvitationResult[]): string {
  const sent = results.filter(({ outcome }) => outcome === "invited").length;
  if (sent === 0) return "No invitation was sent.";
  return sent === 1 ? "1 invitation is on its way." : `${sent} invitations are on their way.`;
}
