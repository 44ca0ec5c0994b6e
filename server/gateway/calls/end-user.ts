import type { IncomingMessage } from "node:http";
import type { EndUserSent } from "@/server/usage/end-users/named";

/** The header in which a request can name its end user, in addition to fields of its body. It is not sent on. */
export const endUserHeader = "x-atelier-end-user";

/**
 * Returns what a request has in all places that can name its end user. The workspace's settings decide which of them
 * counts.
 */
export function endUserSent(
  { headers }: Pick<IncomingMessage, "headers">,
  valueFor: (name: string) => unknown,
): EndUserSent | undefined {
  const header = headers[endUserHeader];
  const metadata = valueFor("metadata");
  const userId = isObject(metadata) ? metadata.user_id : undefined;
  const [user, identifier] = [valueFor("user"), valueFor("safety_identifier")];
  if ((header ?? userId ?? user ?? identifier) === undefined) return undefined;
  return {
    ...(header !== undefined && { header: typeof header === "string" ? asUtf8(header) : header.join(",") }),
    ...(identifier !== undefined && { safety_identifier: identifier }),
    ...(user !== undefined && { user }),
    ...(userId !== undefined && { "metadata.user_id": userId }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Decodes a header as UTF-8. Node.js decodes each byte as a Latin-1 character. */
const asUtf8 = (header: string) => Buffer.from(header, "latin1").toString("utf8");
