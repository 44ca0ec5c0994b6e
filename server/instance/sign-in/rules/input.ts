import { z } from "zod";
import { unacceptable } from "@/server/joining/domains/acceptable";
import { isDomainName } from "@/server/joining/domains/input";

const domainMessage = "Enter a domain like acme.com.";

const domain = z
  .string({ error: domainMessage })
  .max(260, domainMessage)
  .transform((text) => text.normalize("NFKC").toLowerCase().trim().replace(/^@/, ""))
  .refine(isDomainName, domainMessage)
  .refine(
    (text) => unacceptable(text) === null,
    "This domain belongs to no organization: its addresses are for all people.",
  );

const provider = z.string({ error: "Choose a provider." }).regex(/^[a-z0-9-]{1,40}$/, "Choose a provider.");

export const planSignInRule = z.strictObject({ domain, provider });
/** `lockedOut`: how many people the shown plan would lock out. */
export const setSignInRule = z.strictObject({ domain, provider, lockedOut: z.coerce.number().int().min(0).max(1e9) });
export const removeSignInRule = z.strictObject({ domain });
export const setBreakGlass = z.strictObject({ userId: z.uuid() });
