import type { Section } from "./section";

const reviewItem = [
  ["review_id", "uuid"],
  ["kind", "text"],
  ["subject", "text"],
] as const;

/** The sections with the person's data in access reviews: their own reviewed access, and their decisions. */
export const reviewSections = {
  accessReviewsStarted: {
    table: "access_reviews",
    person: "started_by",
    key: [["id", "uuid"]],
    columns: ["id", "started_at", "due_at", "closed_at"],
  },
  accessReviewed: {
    table: "access_review_items",
    person: "person_id",
    key: reviewItem,
    columns: [
      "review_id",
      "kind",
      "subject",
      "reasons",
      "role",
      "since",
      "warned_at",
      "decision",
      "decided_at",
      "restored_at",
    ],
  },
  accessDecided: {
    table: "access_review_items",
    person: "decided_by",
    key: reviewItem,
    columns: ["review_id", "kind", "subject", "decision", "decided_at"],
  },
  accessRestored: {
    table: "access_review_items",
    person: "restored_by",
    key: reviewItem,
    columns: ["review_id", "kind", "subject", "restored_at"],
  },
} as const satisfies Record<string, Section>;
