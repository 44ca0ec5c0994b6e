import { z } from "zod";

const token = z.string().regex(/^[\w-]{43}$/);

export const createLink = z.strictObject({
  role: z.enum(["developer", "billing", "viewer"], { error: "Choose a role. A link cannot make Admins." }),
  maxUses: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(1, "At least 1.")
    .max(1000, "At most 1000."),
  days: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(1, "At least 1 day.")
    .max(90, "At most 90 days."),
  /** Empty: addresses of any domain. */
  domain: z
    .string()
    .max(253)
    .default("")
    .transform((text) => text.trim().toLowerCase().replace(/^@/, ""))
    .refine(
      (text) => text === "" || /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text),
      "Enter a domain like company.com, or nothing.",
    ),
});

export const heldLink = z.strictObject({ token });
