import type { Claims } from "./address";

/** A claim as it is shown to an operator. */
export type ShownClaim = { name: string; value: string };

const mostClaims = 100;
const longestValue = 2_000;
const hidden = "(not shown)";
/** Claims that are not shown. Distributed claims carry an access token, aggregated ones a JWT of another party. */
const secretName = /token|secret|passw|jwt|assertion|^code$|^nonce$|^sid$/i;
const jwt = /ey[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

/** Returns claims by name as they were sent, shortened for a page, without those that may be a token or a secret. */
export function shownClaims(claims: Claims): ShownClaim[] {
  const names = Object.keys(claims);
  const shown = names
    .slice(0, mostClaims)
    .map((name) => ({ name: cut(name, 200), value: shownValue(name, claims[name]) }));
  if (names.length > mostClaims)
    shown.push({ name: "…", value: `${names.length - mostClaims} more claims are not shown.` });
  return shown;
}

/**
 * Returns the names of claims that were sent by reference (OpenID Connect Core 5.6.2), as Microsoft Entra does for more
 * than 200 groups.
 */
export function claimsByReference(claims: Claims): string[] {
  const names = claims._claim_names;
  return names !== null && typeof names === "object"
    ? Object.keys(names)
        .slice(0, 20)
        .map((name) => cut(name, 200))
    : [];
}

function shownValue(name: string, value: unknown): string {
  if (secretName.test(name)) return hidden;
  const text =
    typeof value === "string"
      ? value
      : JSON.stringify(value, (key, part) => (key !== "" && secretName.test(key) ? hidden : part));
  const many = Array.isArray(value) && value.length > 1 ? ` (${value.length.toLocaleString("en-US")} entries)` : "";
  return cut((text ?? "").replace(jwt, hidden), longestValue) + many;
}

function cut(text: string, length: number): string {
  const plain = wellFormed(text).replace(/\p{Cc}/gu, " ");
  return plain.length > length ? `${wellFormed(plain.slice(0, length))}…` : plain;
}

/** Returns a text with halves of surrogate pairs replaced. */
const wellFormed = (text: string) => Buffer.from(text).toString();

/**
 * Returns what went wrong, for an operator: the messages and codes of an error and its causes, without anything that
 * looks like a token.
 */
export function shownError(error: unknown): string {
  const parts: string[] = [];
  for (let each = error; each instanceof Error && parts.length < 5; each = each.cause) {
    const { code, error: said, error_description: described } = each as Error & Record<string, unknown>;
    const status = each.cause instanceof Response ? `HTTP ${each.cause.status}` : undefined;
    const more = [status, code, said, described].filter((text) => typeof text === "string" && text !== "");
    parts.push([each.message, ...more].join(", "));
  }
  return cut(parts.join(" – ").replace(jwt, hidden), 1_000);
}
