import { emailAddress } from "@/server/api/input";

/** The addresses in a typed text. Every list is in the order typed and free of duplicates. */
export type Addresses = { valid: string[]; invalid: string[] };

/** Splits a text at commas, semicolons and any white space into addresses. */
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
 * Returns the words of a text that stand where addresses stand, in order. Where it has addresses in angle brackets, what has no @ is
 * a part of a name; otherwise it is kept, so that the form can show what is wrong with it.
 */
export function addressesIn(text: string): string[] {
  const hasNames = mailboxesIn(text) > 0;
  const bare = hasNames ? text.replace(/"[^"]*"/g, " ").replace(mailbox, " $1 ") : text;
  return bare.split(/[\s,;]+/).filter((word) => (hasNames ? word.includes("@") : word !== ""));
}
