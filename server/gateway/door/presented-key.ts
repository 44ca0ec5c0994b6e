import type { IncomingHttpHeaders } from "node:http";

const bearer = /^bearer[ \t]+(\S{1,400})[ \t]*$/i;

/** What every key of Atelier begins with. */
const ours = /^atl_/i;

/** Checks whether a request presents one of Atelier's keys, right or wrong: it is a program's, wherever it goes. */
export const presentsOurKey = (headers: IncomingHttpHeaders): boolean => ours.test(presentedKey(headers) ?? "");

/**
 * Returns the key that a request presents, in any of the ways that clients do: `Authorization: Bearer` in any case and with any number of spaces,
 * `x-api-key` as Anthropic's do, `api-key` as Azure's do. The first of these that is there counts.
 */
export function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return bearer.exec(authorization)?.[1];
  const other = headers["x-api-key"] ?? headers["api-key"];
  return typeof other === "string" ? other.trim() : undefined;
}
