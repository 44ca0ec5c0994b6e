import { z } from "zod";

const message = "Enter an address like https://hooks.slack.com/services/…";

/** The webhook for alerts. The procedure checks whether its address is allowed. */
export const setWebhook = z.strictObject({
  url: z
    .string({ error: message })
    .trim()
    .max(2_000, message)
    .refine((text) => /^[!-~]+$/.test(text) && URL.canParse(text), message)
    .refine((text) => !URL.canParse(text) || new URL(text).username === "", "Leave out the name and the password."),
});
