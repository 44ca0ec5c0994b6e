import { randomInt } from "node:crypto";
import { isReserved } from "./address/reserved";

const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/**
 * Returns a name as a part of a URL: "Café Noir & Co" → "cafe-noir-co". Empty when nothing of it can be written in ASCII.
 * At most 40 characters, so that a suffix still fits.
 */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
}

/** Returns the slugs to try for a name, the plain one first; the others end in random letters, so that they tell nothing. */
export function slugCandidates(name: string): string[] {
  const base = slugOf(name) || "workspace";
  return [...(isReserved(base) ? [] : [base]), ...Array.from({ length: 5 }, () => `${base}-${randomSuffix()}`)];
}

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
