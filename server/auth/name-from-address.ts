import { properName } from "@/server/api/input";

/** The name of a person whose address does not contain one, such as admin@acme.com. */
const unnamed = "New person";

/**
 * Guesses a person's name from their address: "ada.lovelace+x@acme.com" → "Ada Lovelace". They can change it in their
 * account settings.
 */
export function nameFromAddress(email: string): string {
  const local = email.slice(0, email.lastIndexOf("@")).split("+")[0] ?? "";
  const words = local.split(/[^a-z]+/i).filter(Boolean);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
  const guess = (name || local).slice(0, 60);
  return properName("The name").safeParse(guess).success ? guess : unnamed;
}
