import { emailAddress } from "@/server/api/input";

/** What somebody typed where addresses go, sorted out. Every list is in the order typed and free of duplicates. */
export type Addresses = { valid: string[]; invalid: string[] };

/** Splits a text at commas, semicolons and any white space into addresses. */
export function parseAddresses(text: string): Addresses {
  const valid = new Set<string>();
  const invalid = new Set<string>();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const result = emailAddress.safeParse(part);
    if (result.success) valid.add(result.data);
    else invalid.add(part.slice(0, 320));
  }
  return { valid: [...valid], invalid: [...invalid] };
}
