import { createHash } from "node:crypto";

/**
 * Returns what a browser that requested a link stores of its token: enough to recognise the link, but not enough to use
 * it. A link also works in other browsers, but the page then shows a warning.
 */
export function browserMark(token: string): string {
  return createHash("sha256").update(`asked ${token}`).digest("base64url");
}
