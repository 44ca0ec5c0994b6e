/** The result of changing several rows together: the ids of the changed rows, and the others with their reasons. */
export type Outcome = { done: string[]; skipped: { id: string; message: string }[] };

/** Returns a sentence about the result, such as "2 changed, 1 left as they were." */
export const outcomeText = ({ done, skipped }: Outcome): string =>
  `${done.length} changed${skipped.length > 0 ? `, ${skipped.length} not changed` : ""}.`;
