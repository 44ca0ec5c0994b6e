import type { FilePurpose, FileVisibility } from "@/db/schema/files";
import { withoutHiddenMarks } from "@/server/api/names";
import type { Fields } from "./multipart";
import { UploadRefusal } from "./refusal";

/** The fields of an upload form. `hours` until the file expires; null: never. */
export type UploadFields = { purpose: FilePurpose; visibility: FileVisibility; hours: number | null };

const purposes: ReadonlyMap<string, FilePurpose> = new Map(
  (["fine-tune", "batch", "ocr"] as const).map((purpose) => [purpose, purpose]),
);

const mostHours = 10 * 365 * 24;

/** Returns the purpose among the fields received so far, if there is a valid one. */
export function purposeSoFar(fields: Fields): FilePurpose | undefined {
  return purposes.get(fields.get("purpose") ?? "");
}

/**
 * Reads the fields of a complete form. Without a purpose a file is for fine-tuning, as in Mistral's API; `expiry` is in
 * hours, OpenAI's `expires_after[seconds]` in seconds.
 *
 * @throws UploadRefusal
 */
export function readFields(fields: Fields): UploadFields {
  const purpose = fields.get("purpose") ? purposeSoFar(fields) : "fine-tune";
  if (!purpose) throw new UploadRefusal("bad_purpose");
  const visibility = fields.get("visibility") || "workspace";
  if (visibility !== "workspace" && visibility !== "user") throw new UploadRefusal("bad_visibility");
  return { purpose, visibility, hours: hoursIn(fields) };
}

function hoursIn(fields: Fields): number | null {
  const [expiry, seconds] = [fields.get("expiry"), fields.get("expires_after[seconds]")];
  if (!expiry && !seconds) return null;
  const hours = expiry ? whole(expiry) : Math.ceil(whole(seconds ?? "") / 3_600);
  if (!(hours >= 1 && hours <= mostHours)) throw new UploadRefusal("bad_expiry");
  return hours;
}

const whole = (text: string) => (/^\d{1,12}$/.test(text) ? Number(text) : Number.NaN);

/**
 * Returns a file's name for display: its last path segment in NFC, without invisible characters and those that change
 * text direction, at most 255 characters including the extension. It is never used as a name on a disk.
 */
export function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = withoutHiddenMarks(last)
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  const letters = [...plain];
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(plain)?.[0] ?? "";
  const short = letters.length > 255 ? letters.slice(0, 255 - [...ending].length).join("") + ending : plain;
  return /^[.\s\p{Cf}\p{Mn}]*$/u.test(short) ? "file" : short;
}
