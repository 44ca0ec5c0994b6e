import { z } from "zod";
import { cursor, listOrder, searchText, several } from "@/server/api/input";

/** The highest number that is counted exactly: counting more would take longer than the page. */
export const mostCounted = 1_000;

export const listFiles = z.strictObject({ search: searchText, order: listOrder, after: cursor, before: cursor });

export const manyFiles = z.strictObject({ fileIds: several(z.uuid()) });

export const oneFile = z.strictObject({ fileId: z.uuid() });

/** The largest file, in bytes. */
export const longestFile = 512 * 1024 * 1024;

/** The longest line of a JSONL file, in bytes. */
export const longestLine = 1024 * 1024;

/** The faults of a line of a JSONL file, as the text after "Line 3 ". */
export const flawText = {
  not_utf8: "is not UTF-8 text.",
  nul: "has a NUL character.",
  too_long: "is longer than 1 MB.",
  not_json: "is not JSON.",
  too_complex: "is nested more than 64 deep, or has more than 20,000 members or 100,000 values.",
  not_object: "is not a JSON object.",
  no_sample: 'has neither "messages" nor "text".',
  both_samples: 'has both "messages" and "text": a sample is one or the other.',
  mixed: "is a sample of another kind than the lines before it: a file has one kind.",
  no_messages: '"messages" must be a list with at least one message.',
  no_message: "has a message that is not an object with a role and a content.",
  unknown_role: "has a message whose role is not system, user, assistant or tool.",
  no_content: "has a message whose content is not text.",
  no_answer: "has no message by the assistant, so there is nothing to learn from it.",
  no_text: '"text" must be text that is not empty.',
  no_request: 'must have a "custom_id" that is text and a "body" that is an object.',
} as const;

export type FlawCode = keyof typeof flawText;

/** A fault of a file, with the number of its line, starting at 1. */
export type Flaw = { line: number; code: FlawCode };

/** Returns the sentence for a flaw, such as "Line 3 is not JSON." */
export const flawSentence = ({ line, code }: Flaw) =>
  `Line ${line.toLocaleString("en-US")}${flawText[code].startsWith('"') ? ":" : ""} ${flawText[code]}`;

/** Why an upload is refused, and the field of the form it is about. Any other error is a bug or an outage. */
export const uploadReasons = {
  not_multipart: ["file", "Send the file as multipart/form-data, not compressed."],
  malformed: ["file", "The upload ended too early, or is no valid form."],
  no_file: ["file", "Choose a file to upload."],
  two_files: ["file", "Upload one file at a time."],
  wrong_field: ["file", 'A file was sent in another field than "file".'],
  empty: ["file", "The file is empty."],
  no_samples: ["file", "The file has no samples: every line of it is blank."],
  too_large: ["file", "The file is larger than 512 MB."],
  flawed: ["file", "The file has lines that cannot be used."],
  bad_purpose: ["purpose", "purpose must be fine-tune, batch or ocr."],
  bad_visibility: ["visibility", "visibility must be workspace or user."],
  no_person: ["visibility", "A service key belongs to no member: what it uploads is for the workspace."],
  bad_expiry: ["expiry", "The time until it expires must be whole hours, from 1 to 87,600."],
  stalled: ["file", "Nothing more of the upload arrived for a minute, or it took longer than an hour."],
  store_full: [
    "file",
    "There is no room for this file where files are kept. Delete some, or ask the operator of this Atelier.",
  ],
  workspace_full: [
    "file",
    "The files of this workspace would take more room than the people who run this Atelier allow. Delete some, or ask them for more.",
  ],
  store_down: ["file", "Files cannot be kept just now. Nothing was uploaded; try again in a moment."],
  busy: ["file", "Too many uploads are under way. Try again in a moment."],
} as const satisfies Record<string, readonly [field: string, sentence: string]>;

export type UploadReason = keyof typeof uploadReasons;

/** Writes flaws for an address: "3.not_json,17.too_long". */
export const flawsInAddress = (flaws: Flaw[]) => flaws.map(({ line, code }) => `${line}.${code}`).join(",");

/** Returns the flaws in an address; invalid ones are left out. */
export function flawsOfAddress(text: string): Flaw[] {
  return text
    .slice(0, 1_000)
    .split(",")
    .flatMap((each) => {
      const [, line, code = ""] = /^(\d{1,9})\.(\w+)$/.exec(each) ?? [];
      return line && Object.hasOwn(flawText, code) ? [{ line: Number(line), code: code as FlawCode }] : [];
    });
}

/** The paths of a workspace's files: of the page, of uploads and of downloads. */
export const filePaths = {
  page: (slug: string) => `/w/${slug}/models/files`,
  upload: (slug: string) => `/w/${slug}/models/files/upload`,
  download: (slug: string, id: string) => `/w/${slug}/models/files/${id}/download`,
};
