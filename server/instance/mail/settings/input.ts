import { z } from "zod";
import { line } from "@/server/api/input";
import { mailSender } from "@/server/platform/settings/smtp";

const senderMessage = "Enter an address, or a name followed by one: Atelier <atelier@example.com>.";
const hostMessage = "Enter the name of the mail server, like mail.example.com, or its address.";
const name = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i;

const isAddress = (text: string) => z.union([z.ipv4(), z.ipv6()]).safeParse(text).success;

/** A host as it was typed; brackets around an IPv6 address are removed. Empty means Resend. */
const host = z
  .string()
  .trim()
  .max(253, hostMessage)
  .default("")
  .transform((text) => text.replace(/^\[|\]$/g, "").toLowerCase())
  .refine((text) => text === "" || isAddress(text) || name.test(text), hostMessage);

const portMessage = "Enter a port, 1 to 65535. Usual are 587 and 465.";

/** A pasted password or key; empty keeps the stored one. */
const secret = z
  .string()
  .max(2_000, "This is too long.")
  .default("")
  .transform((text) => text.trim())
  .refine((text) => !/\p{Cc}/u.test(text), "There are no line breaks in it.");

/** How the instance sends mail: by a mail server, or by Resend with a key. */
export const setMail = z.strictObject({
  kind: z.enum(["smtp", "resend"]),
  sender: line("The sender", 320).pipe(mailSender(senderMessage)),
  host,
  port: z.coerce.number(portMessage).int(portMessage).min(1, portMessage).max(65_535, portMessage).default(587),
  encryption: z.enum(["tls", "starttls", "if-offered", "none"]).default("starttls"),
  /** Empty means without login. */
  user: z
    .string()
    .trim()
    .max(320, "The user is too long: at most 320 characters.")
    .default("")
    .refine((text) => !/\p{Cc}/u.test(text), "There are no line breaks in it."),
  secret,
  /** Save the settings even if the test mail is not accepted. */
  isForced: z
    .literal("on")
    .optional()
    .transform((ticked) => ticked === "on"),
});

/** The same, to send a test mail without storing the settings. */
export const tryMail = setMail.omit({ isForced: true });
