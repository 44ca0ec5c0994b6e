import { z } from "zod";
import { emailAddress, line } from "@/server/api/input";

/** The name of an instance without a configured one. */
export const defaultName = "Atelier";

const termsMessage = "Enter an address that begins with https:// or http://.";

/**
 * Returns the schema of an optional field: an empty text becomes null. Other texts are validated by the given schema,
 * with its messages.
 */
const orNothing = (schema: z.ZodType<string>) =>
  z
    .string()
    .default("")
    .transform((typed, context) => {
      if (typed.trim() === "") return null;
      const parsed = schema.safeParse(typed);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: "custom", message: parsed.error.issues[0]?.message ?? "This cannot be used." });
      return z.NEVER;
    });

const webAddress = z
  .string({ error: termsMessage })
  .trim()
  .max(2_000, termsMessage)
  .refine((typed) => URL.canParse(typed) && /^https?:\/\//i.test(typed), termsMessage)
  .transform((typed) => new URL(typed).href);

export const bannerTones = ["info", "warning"] as const;

/** The appearance of the instance. An empty field shows nothing; without a name it is called Atelier. */
export const setAppearance = z.strictObject({
  productName: orNothing(line("The name", 40)).transform((name) => name ?? defaultName),
  supportEmail: orNothing(emailAddress),
  bannerTone: z.enum(bannerTones, { error: "Choose what the banner looks like." }),
  bannerText: orNothing(line("The banner", 300)),
  termsUrl: orNothing(webAddress),
});
