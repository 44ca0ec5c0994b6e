import { z } from "zod";
import { emailAddress, line } from "@/server/api/input";

/** What is meant when no name is set. */
export const defaultName = "Atelier";

const termsMessage = "Enter an address that begins with https:// or http://.";

/** Returns the schema of a field that may be empty: null then. */
const orNothing = <T extends z.ZodType<string>>(schema: T) =>
  z
    .union([z.string().regex(/^\s*$/), schema])
    .default("")
    .transform((typed) => typed.trim() || null);

const webAddress = z
  .string({ error: termsMessage })
  .trim()
  .max(2_000, termsMessage)
  .refine((typed) => URL.canParse(typed) && /^https?:\/\//i.test(typed), termsMessage)
  .transform((typed) => new URL(typed).href);

export const bannerTones = ["info", "warning"] as const;

/** How the instance presents itself. Nothing typed is nothing shown; without a name it is called Atelier. */
export const setAppearance = z.strictObject({
  productName: orNothing(line("The name", 40)).transform((name) => name ?? defaultName),
  supportEmail: orNothing(emailAddress),
  bannerTone: z.enum(bannerTones, { error: "Choose what the banner looks like." }),
  bannerText: orNothing(line("The banner", 300)),
  termsUrl: orNothing(webAddress),
});
