/** The most tags of a request, and of a workspace. */
export const mostTagsOfRequest = 5;
export const mostTags = 200;

/** What a tag is made of. */
export const tagForm = /^[a-z0-9][a-z0-9._:/-]{0,49}$/;

/** Which tags requests of a workspace may carry, in order; and what becomes of one with another. */
export type Tagging = { declared: readonly string[]; undeclared: "refuse" | "untagged" };

const mostNamed = 20;

/**
 * Returns the tags that a request counts under, in order; null: none. Text: why it is refused.
 *
 * @param sent what it was sent with
 */
export function tagsCarried(
  sent: readonly string[],
  { declared, undeclared }: Tagging,
): readonly string[] | null | string {
  if (sent.length > mostTagsOfRequest)
    return `A request has at most ${mostTagsOfRequest} tags; this one has ${sent.length}.`;
  const known = declared.filter((tag) => sent.includes(tag));
  const other = sent.find((tag) => !known.includes(tag));
  if (other !== undefined && undeclared === "refuse") {
    const named = declared.slice(0, mostNamed).join(", ");
    const more = declared.length > mostNamed ? `, and ${declared.length - mostNamed} more` : "";
    return `The tag ${JSON.stringify(other.slice(0, 60))} is not declared in this workspace. Declared are: ${named}${more}.`;
  }
  return known.length > 0 ? known : null;
}
