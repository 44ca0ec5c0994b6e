/** What became of rows that were changed together: the ids of those that were, and why the others were not. */
export type Outcome = { done: string[]; skipped: { id: string; message: string }[] };

/** Returns an outcome in a sentence, such as "2 changed, 1 left as they were." */
export const outcomeText = ({ done, skipped }: Outcome): string =>
  `${done.length} changed${skipped.length > 0 ? `, ${skipped.length} left as they were` : ""}.`;
