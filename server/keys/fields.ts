import { z } from "zod";

/*
 * Fields of a key that people type. Each accepts what a form sends (text, "" for empty) and what a program sends
 * (numbers, lists, null). A missing field is undefined, which means "leave it as it is".
 */

/**
 * Returns the schema of a list: text with one entry per line, or an array. An empty list gives null.
 *
 * @param most the most entries
 * @param check returns the entry in the form in which it is kept, or undefined when it is invalid
 */
export function listField(
  most: number,
  check: (entry: string) => string | undefined,
  messages: { wrong: string; tooMany: string },
) {
  return z
    .union([z.string().max(most * 220), z.array(z.string().max(most * 220)).max(most * 2)], { error: messages.tooMany })
    .transform((typed, context) => {
      const entries = [typed].flat().flatMap((text) => text.split(/[\r\n,]+/).map((entry) => entry.trim()));
      const kept = new Set<string>();
      for (const entry of entries.filter(Boolean)) {
        const checked = check(entry);
        if (checked === undefined) {
          context.addIssue({ code: "custom", message: messages.wrong.replace("{entry}", shown(entry)) });
          return z.NEVER;
        }
        kept.add(checked);
      }
      if (kept.size > most) {
        context.addIssue({ code: "custom", message: messages.tooMany });
        return z.NEVER;
      }
      return kept.size > 0 ? [...kept] : null;
    })
    .nullish();
}

/**
 * Returns the schema of a number that a person typed. An empty field gives null. `parse` returns null for text that
 * is not a valid number.
 */
export function numberField(parse: (text: string) => number | null, message: string) {
  return z
    .union([z.string().max(40), z.number(), z.null()], { error: message })
    .transform((typed, context) => {
      const text = typed === null ? "" : String(typed).trim();
      if (text === "") return null;
      const value = parse(text);
      if (value === null) {
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      }
      return value;
    })
    .optional();
}

/** A checkbox; a form does not send one that is not ticked. */
export const tick = z
  .union([z.boolean(), z.enum(["on", "true", "false", ""])], { error: "Tick it or not." })
  .default(false)
  .transform((value) => value === true || value === "on" || value === "true");

/** Returns a whole number from 1 to 999,999,999. */
export function positiveInteger(text: string): number | null {
  return /^0*[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** Parses decimal money, at most 999,999,999.999999, to micro-units. */
export function microUnits(text: string): number | null {
  const parts = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
  return parts?.[1] === undefined ? null : Number(parts[1]) * 1_000_000 + Number((parts[2] ?? "").padEnd(6, "0"));
}

const address4 = z.ipv4();
const address6 = z.ipv6();
const range4 = z.cidrv4();
const range6 = z.cidrv6();

/** Returns a range of addresses in CIDR notation; a single address becomes a range of one address. */
export function ipRange(text: string): string | undefined {
  const range = text.toLowerCase();
  if (range4.safeParse(range).success || range6.safeParse(range).success) return range;
  if (address4.safeParse(range).success) return `${range}/32`;
  if (address6.safeParse(range).success) return `${range}/128`;
  return undefined;
}

/**
 * Returns the origin of pages in the form in which browsers send it: `https://HOST[:PORT]`, or
 * `http://localhost[:PORT]` for development. Undefined for other text, such as an address with a path, a user or a
 * pattern.
 */
export function pageOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.hostname.length > 253 || !/^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(url.hostname)) return undefined;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && url.hostname === "localhost")) return undefined;
  const isBare = url.pathname === "/" && url.search === "" && url.hash === "" && !/[?#@]/.test(text);
  return isBare ? url.origin : undefined;
}

/** Returns the id of a model as its model server names it: any text without spaces and control characters. */
export function modelId(text: string): string | undefined {
  const id = text.normalize("NFC");
  return /^[^\s\p{C}]{1,200}$/u.test(id) ? id : undefined;
}

const shown = (entry: string) => entry.replace(/[\p{C}]/gu, "").slice(0, 60);
