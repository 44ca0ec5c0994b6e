import type { IncomingMessage } from "node:http";

/** The header in which a request carries tags, beside `tags` of its `metadata`. */
export const tagsHeader = "x-atelier-tags";

/** More than any request may have: what is beyond is not looked at. */
const mostRead = 32;

/**
 * Returns the tags that a request is sent with, each once; undefined: none. A list, or one text with commas: OpenAI's clients take no lists
 * in `metadata`.
 */
export function tagsSent({ headers }: Pick<IncomingMessage, "headers">, metadata: unknown): string[] | undefined {
  const header = headers[tagsHeader];
  const member =
    typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>).tags : undefined;
  if (header === undefined && member === undefined) return undefined;
  const tags = new Set<string>();
  for (const each of [header, member].flat()) {
    if (each === undefined || each === null) continue;
    // What is no text is no tag either, and is named in the refusal as it came.
    const text = typeof each === "string" ? each : JSON.stringify(each);
    for (const tag of text.split(",")) if (tag.trim() !== "" && tags.size < mostRead) tags.add(tag.trim());
  }
  return tags.size > 0 ? [...tags] : undefined;
}
