import type { Claims } from "@/server/auth/providers/address";
import { claimsByReference } from "@/server/auth/providers/shown-claims";

/** A person's groups in a provider's answer, or why they cannot be read: then nothing is changed. */
export type ReadGroups =
  | { groups: ReadonlySet<string> }
  | { problem: "missing" | "by_reference" | "not_text" | "too_many" };

/** The most groups that are read. */
const mostGroups = 10_000;

/**
 * Reads a person's groups from the claims of the ID token and then from those of the userinfo endpoint. A claim is a
 * list of texts, or one text. A claim by reference is not followed: that needs a token of its own, and the result is
 * not part of the signed answer.
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
