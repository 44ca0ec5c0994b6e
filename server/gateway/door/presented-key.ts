import type { IncomingHttpHeaders } from "node:http";

const bearer = /^bearer[ \t]+(\S{1,400})[ \t]*$/i;

/** The beginning of every key of Atelier. */
const ours = /^atl_/i;

/**
 * Checks whether a request carries a key in Atelier's form, valid or not. Then a program sent it, whatever its path
 * is.
 */
export const presentsOurKey = (headers: IncomingHttpHeaders): boolean => ours.test(presentedKey(headers) ?? "");

/**
 * Returns the key that a request carries, in any form that clients use: `Authorization: Bearer` in any case and with
 * any number of spaces, `x-api-key` as Anthropic's clients do, `api-key` as Azure's do. The first header that is
 * present counts.
 */
export function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return bearer.exec(authorization)?.[1];
  const other = headers["x-api-key"] ?? headers["api-key"];
  return typeof other === "string" ? other.trim() : undefined;
}
