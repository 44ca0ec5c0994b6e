import { flawSentence, flawsOfAddress, uploadReasons } from "@/server/files/input";

const others = new Map(
  Object.entries({
    not_permitted: "Your role in this workspace does not allow this. Ask an Admin.",
    too_many: "This workspace has uploaded too many files in the last hour. Try again later.",
    unavailable: "Atelier cannot reach its database. Nothing was uploaded; try again in a moment.",
    bug: "Something went wrong. It has been logged; try again.",
    gone: "This file does not exist, or you do not have access to it.",
  }),
);

/**
 * Returns the text for a form or link that led back here. Only declared texts are shown, because an attacker can choose
 * the address.
 */
export function refusedIn(refused: string | undefined, lines: string | undefined) {
  if (!refused) return undefined;
  if (others.has(refused)) return { reason: refused, message: others.get(refused) ?? "" };
  if (!Object.hasOwn(uploadReasons, refused)) return undefined;
  const [field, message] = uploadReasons[refused as keyof typeof uploadReasons];
  const flaws = refused === "flawed" ? flawsOfAddress(lines ?? "").map(flawSentence) : [];
  return { reason: refused, field, message, ...(flaws.length > 0 ? { flaws } : {}) };
}
