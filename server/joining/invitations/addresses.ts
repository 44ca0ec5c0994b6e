import { emailAddress } from "@/server/api/input";

/** The addresses in a typed text. Each list is in the typed order without duplicates. */
export type Addresses = { valid: string[]; invalid: string[] };

/** Splits a text at commas, semicolons and white space into addresses. */
export function parseAddresses(text: string): Addresses {
  const valid = new Set<string>();
  const invalid = new Set<string>();
  for (const part of addressesIn(text)) {
    const result = emailAddress.safeParse(part);
    if (result.success) valid.add(result.data);
    else invalid.add(part.slice(0, 320));
  }
  return { valid: [...valid], invalid: [...invalid] };
}

/** An address as mail programs write it, after a name: `"Lovelace, Ada" <ada@acme.com>`. */
const mailbox = /<([^<>\s]*@[^<>\s]*)>/g;

/** Returns how many addresses in angle brackets a text has. */
export const mailboxesIn = (text: string): number => [...text.matchAll(mailbox)].length;

/**
 * Returns the words of a text that can be addresses, in order. If the text has addresses in angle brackets, words
 * without @ are parts of names and left out; otherwise they are kept, so that the form can show what is wrong.
 */
export function addressesIn(text: string): string[] {
  const hasNames = mailboxesIn(text) > 0;
  const bare = hasNames ? text.replace(/"[^"]*"/g, " ").replace(mailbox, " $1 ") : text;
  return bare.split(/[\s,;]+/).filter((word) => (hasNames ? word.includes("@") : word !== ""));
}
