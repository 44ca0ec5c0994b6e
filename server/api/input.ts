import { z } from "zod";
import { isLikeAddress, isReserved, mixesScripts, withoutHiddenMarks } from "./names";

/** NUL, other control characters and marks that change the direction of text. None of them is allowed in a name. */
const forbidden = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;
const invisible = /^[\s\p{Cf}\p{Mn}\u2800\u3164]*$/u;
const isWellFormed = (text: string) => !/[\ud800-\udfff]/u.test(text);

/**
 * Returns the schema of one line of text that a person typed: normalized to NFC, trimmed, at most `max` characters as
 * people count them.
 *
 * @param what the name of the field in messages: "The name"
 */
export function line(what: string, max: number) {
  return z
    .string({ error: `${what} is missing.` })
    .max(max * 20, `${what} is too long: at most ${max} characters.`)
    .refine((text) => isWellFormed(text) && !forbidden.test(text), `${what} has characters that cannot be used.`)
    .transform((text) =>
      withoutHiddenMarks(text)
        .normalize("NFC")
        .replace(/[\s\u2800]+/gu, " ")
        .trim(),
    )
    .refine((text) => !invisible.test(text), `${what} is missing.`)
    .refine((text) => [...text].length <= max, `${what} is too long: at most ${max} characters.`);
}

/**
 * Returns the schema of a name of a person, a workspace, a passkey or a key. Such names are mailed to other people,
 * so they must not look like an address or like a name of Atelier itself.
 */
export function properName(what: string) {
  return thingName(what).refine((text) => !isLikeAddress(text), `${what} cannot contain a web address.`);
}

/**
 * Returns the schema of a name of a thing that other people see, such as a model. It may contain a path or a host,
 * because mails and pages never turn it into a link. It must not look like another name or like a name of Atelier
 * itself.
 */
export function thingName(what: string) {
  return line(what, 60)
    .refine((text) => !mixesScripts(text), `${what} mixes letters that look alike. Write each word in one alphabet.`)
    .refine((text) => !isReserved(text), `${what} reads as if it came from Atelier itself. Choose another.`);
}

const emailMessage = "Enter an e-mail address like name@company.com.";

/**
 * An e-mail address in the form in which it is stored and compared: NFKC, lower case. After the normalization only
 * plain ASCII addresses are accepted, because quoting, comments, lists and look-alike letters can make one address
 * look like another.
 */
export const emailAddress = z
  .string({ error: emailMessage })
  .max(320, emailMessage)
  .refine((text) => isWellFormed(text) && !/[＠﹫]/.test(text), emailMessage)
  .transform((text) => text.trim().normalize("NFKC").toLowerCase())
  .refine((text) => text.length <= 254 && /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[^@]+$/.test(text), emailMessage)
  .refine(
    (text) => isLocalPart(text.slice(0, text.lastIndexOf("@"))) && isDomain(text.slice(text.lastIndexOf("@") + 1)),
    emailMessage,
  );

function isLocalPart(local: string): boolean {
  return !/^\.|\.\.|\.$|%0[0ad]/.test(local);
}

function isDomain(domain: string): boolean {
  return (
    domain.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(domain)
  );
}

/** A workspace's name in URLs. */
export const workspaceSlug = z
  .string()
  .max(48)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** The text that a list is searched for; empty: all rows. */
export const searchText = z
  .string()
  .max(200)
  .default("")
  .transform((text) =>
    text
      .replace(/[\p{Cc}\ud800-\udfff]/gu, "")
      .normalize("NFC")
      .trim(),
  );

/** The most rows of a list that can be changed together: one page of rows. */
export const mostTogether = 50;

/** Returns the schema of the ids of several rows, as checkboxes send them: one id or a list of ids. */
export const several = <Id extends z.ZodType<string, string>>(id: Id) =>
  z
    .union([id, z.array(id).max(mostTogether)], { error: `Choose from 1 to ${mostTogether}.` })
    .transform((ids) => [...new Set([ids].flat() as string[])])
    .refine((ids) => ids.length > 0, "Choose at least one.");

/** The direction in which a list is sorted; "": the usual direction of that column. */
export const listOrder = z.enum(["", "asc", "desc"]).default("");

/** Where a page of a list begins or ends, as an earlier answer returned it. */
export const cursor = z
  .string()
  .max(400)
  .regex(/^[\w-]+$/)
  .optional();

/** Returns the schema of a whole number as it is typed, such as "1,200". An empty field gives null. */
export const typedCount = (least: number, most: number) =>
  z
    .string()
    .max(40, "Enter a whole number.")
    .default("")
    .transform((text, context) => {
      const typed = text.trim();
      if (typed === "") return null;
      const digits = /^\d{1,3}(,\d{3})+$/.test(typed) ? typed.replaceAll(",", "") : typed;
      const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
      if (number >= least && number <= most) return number;
      const range = `Enter a number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`;
      context.addIssue({ code: "custom", message: Number.isNaN(number) ? "Enter a whole number." : range });
      return z.NEVER;
    });
