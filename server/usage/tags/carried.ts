/** The most tags of a request, and of a workspace. */
export const mostTagsOfRequest = 5;
export const mostTags = 200;

/** The form of a tag. */
export const tagForm = /^[a-z0-9][a-z0-9._:/-]{0,49}$/;

/** The tags that a workspace has declared, in order, and what happens to a request with an undeclared one. */
export type Tagging = { declared: readonly string[]; undeclared: "refuse" | "untagged" };

const mostNamed = 20;

/**
 * Returns the declared tags among those that a request sent, in order; null: none. A text says why the request is
 * refused.
 *
 * @param sent the tags as the request sent them
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
