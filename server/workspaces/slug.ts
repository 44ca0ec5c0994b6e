import { randomInt } from "node:crypto";
import { isReserved } from "./address/reserved";

const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/**
 * Converts a name to a part of a URL: "Café Noir & Co" → "cafe-noir-co". Empty if nothing of it can be written in
 * ASCII. At most 40 characters, so that a suffix still fits.
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

/**
 * Returns the slugs to try for a name, the plain one first. The others end in random letters, so that they do not
 * reveal how many workspaces have this name.
 */
export function slugCandidates(name: string): string[] {
  const base = slugOf(name) || "workspace";
  return [...(isReserved(base) ? [] : [base]), ...Array.from({ length: 5 }, () => `${base}-${randomSuffix()}`)];
}

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
