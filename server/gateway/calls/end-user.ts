import type { IncomingMessage } from "node:http";
import type { EndUserSent } from "@/server/usage/end-users/named";

/** The header in which a request names whom it is made for, beside members of its body. It is not sent on. */
export const endUserHeader = "x-atelier-end-user";

/** Returns what a request has in the places where it may name whom it is made for; which of them counts is the workspace's to say. */
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

/** Node.js reads each byte of a header as a letter; programs send UTF-8. */
const asUtf8 = (header: string) => Buffer.from(header, "latin1").toString("utf8");
