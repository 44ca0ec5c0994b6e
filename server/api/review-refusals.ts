/** The refusals of access reviews and of rehearsals, in the form of `refusals`. */
export const reviewRefusals = {
  rehearsal_state: [
    "CONFLICT",
    "A rehearsal has started or ended meanwhile. Reload the page to see the current state.",
  ],
  review_open: ["CONFLICT", "An access review is open already. Finish that one first."],
  review_closed: ["CONFLICT", "This access review is closed. Its result does not change any more."],
  review_decided: ["CONFLICT", "This was decided meanwhile. Reload the page to see the decision."],
  review_not_restorable: ["CONFLICT", "There is nothing to restore here any more."],
} as const;
