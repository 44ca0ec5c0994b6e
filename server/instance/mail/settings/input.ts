import { z } from "zod";
import { line } from "@/server/api/input";
import { mailSender } from "@/server/platform/settings/smtp";

const senderMessage = "Enter an address, or a name followed by one: Atelier <atelier@example.com>.";
const hostMessage = "Enter the name of the mail server, like mail.example.com, or its address.";
const name = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i;

const isAddress = (text: string) => z.union([z.ipv4(), z.ipv6()]).safeParse(text).success;

/** A host as it is typed; with brackets an IPv6 address is one too. Nothing typed: it is Resend. */
const host = z
  .string()
  .trim()
  .max(253, hostMessage)
  .default("")
  .transform((text) => text.replace(/^\[|\]$/g, "").toLowerCase())
  .refine((text) => text === "" || isAddress(text) || name.test(text), hostMessage);

const portMessage = "Enter a port, 1 to 65535. Usual are 587 and 465.";

/** A password or key as it is pasted; nothing typed leaves it as it is. */
const secret = z
  .string()
  .max(2_000, "This is too long.")
  .default("")
  .transform((text) => text.trim())
  .refine((text) => !/\p{Cc}/u.test(text), "There are no line breaks in it.");

/** How mail is to leave the instance: by a mail server, or by Resend with a key. */
export const setMail = z.strictObject({
  kind: z.enum(["smtp", "resend"]),
  sender: line("The sender", 320).pipe(mailSender(senderMessage)),
  host,
  port: z.coerce.number(portMessage).int(portMessage).min(1, portMessage).max(65_535, portMessage).default(587),
  encryption: z.enum(["tls", "starttls", "if-offered", "none"]).default("starttls"),
  /** Nothing typed: there is no login. */
  user: z
    .string()
    .trim()
    .max(320, "The user is too long: at most 320 characters.")
    .default("")
    .refine((text) => !/\p{Cc}/u.test(text), "There are no line breaks in it."),
  secret,
  /** Save it even if the test mail is not taken. */
  isForced: z
    .literal("on")
    .optional()
    .transform((ticked) => ticked === "on"),
});

/** The same, to send a test mail by it and keep nothing. */
export const tryMail = setMail.omit({ isForced: true });
