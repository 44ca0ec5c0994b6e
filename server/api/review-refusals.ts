/** The refusals of access reviews and of rehearsals, in the form of `refusals`. */
export const reviewRefusals = {
  rehearsal_state: [
    "CONFLICT",
    "A rehearsal has started or ended meanwhile. Reload the page to see the current state.",
  ],
  review_open: ["CONFLICT", "An access review is already open. Finish it first."],
  review_closed: ["CONFLICT", "This access review is closed. Its result can no longer be changed."],
  review_decided: ["CONFLICT", "This was decided in the meantime. Reload the page to see the decision."],
  review_not_restorable: ["CONFLICT", "This can no longer be restored."],
} as const;
