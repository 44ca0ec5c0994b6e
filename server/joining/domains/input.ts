import { z } from "zod";

/** Checks whether a lower-case text is a domain name in ASCII letters, such as "company.com". */
export const isDomainName = (text: string) =>
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(text);

/** A domain as people type it: a leading `@` or scheme, capitals and a final dot are accepted. */
const domainName = z
  .string({ error: "Enter a domain like company.com." })
  .max(300, "Enter a domain like company.com.")
  .transform((text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .replace(/^@/, "")
      .replace(/[./]+$/, ""),
  )
  .refine(isDomainName, "Enter a domain like company.com, in plain letters.");

const mode = z.enum(["join", "request"], { error: "Choose what people with an address at this domain may do." });

export const addDomain = z.strictObject({ domain: domainName, mode });

export const oneDomain = z.strictObject({ domainId: z.uuid() });
export const setDomainMode = z.strictObject({ domainId: z.uuid(), mode });
