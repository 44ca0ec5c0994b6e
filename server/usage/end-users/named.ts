import { macOf } from "@/server/platform/sealed";
import { type EndUserField, endUserFields, longestName } from "./input";

/** What a request contains in these places, of any type. */
export type EndUserSent = Partial<Record<EndUserField, unknown>>;

/** Control characters, lone surrogates, and characters that change the direction of text. */
const forbidden = /[\p{Cc}\ud800-\udfff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/**
 * Returns the name of a request's end user; null: it names none. With `problem`: why it is refused, and because of
 * which field.
 */
export function endUserNamed(
  sent: EndUserSent | undefined,
  fields: readonly EndUserField[],
): string | null | { problem: string; param: string } {
  for (const field of endUserFields) {
    const value = fields.includes(field) ? sent?.[field] : undefined;
    if (value === undefined || value === null || value === "") continue;
    const param = field === "header" ? "x-atelier-end-user" : field;
    if (typeof value !== "string") return { param, problem: `${param} must be text.` };
    const name = value.trim();
    if (name === "") continue;
    if ([...name].length > longestName)
      return { param, problem: `${param} must have at most ${longestName} characters.` };
    if (forbidden.test(name)) return { param, problem: `${param} must have no control characters.` };
    return name;
  }
  return null;
}

/** Returns the keyed hash by which an end user of a workspace is found. The key is not in the database. */
export function lookupOf(workspaceId: string, name: string): Buffer {
  return macOf("end users", Buffer.from(`${workspaceId} ${name}`));
}
