import type { Claims } from "@/server/auth/providers/address";
import { claimsByReference } from "@/server/auth/providers/shown-claims";

/** A person's groups as a provider says them, or why they cannot be taken: then nothing is changed. */
export type ReadGroups =
  | { groups: ReadonlySet<string> }
  | { problem: "missing" | "by_reference" | "not_text" | "too_many" };

/** As many groups are looked at. */
const mostGroups = 10_000;

/**
 * Reads a person's groups in the claims of an answer, the ID token's and then those at userinfo. A claim is a list of texts, or one text. One that
 * was sent by reference is not followed: what it leads to needs a token of its own and is not part of the signed answer.
 */
export function readGroups(claim: string, answers: readonly Claims[]): ReadGroups {
  if (answers.some((claims) => claimsByReference(claims).includes(claim))) return { problem: "by_reference" };
  const said = answers.find((claims) => Object.hasOwn(claims, claim) && claims[claim] !== null);
  if (!said) return { problem: "missing" };
  const value = said[claim];
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === "string")) return { problem: "not_text" };
  return list.length > mostGroups ? { problem: "too_many" } : { groups: new Set(list) };
}
