import { createHash } from "node:crypto";

/**
 * Returns what the browser that asked for a link keeps of its token: enough to recognise the link when it comes back, nothing
 * that would open it. A link opened elsewhere still works, but the page says so.
 */
export function browserMark(token: string): string {
  return createHash("sha256").update(`asked ${token}`).digest("base64url");
}
