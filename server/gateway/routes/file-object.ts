import type { StoredFile } from "@/server/files/queries";

/** Returns a file in the wire format of both client families: everything the stricter of them requires is there. */
export function fileObject(file: StoredFile) {
  return {
    id: file.id,
    object: "file" as const,
    bytes: file.bytes,
    created_at: seconds(file.createdAt),
    filename: file.filename,
    purpose: file.purpose,
    // Mistral's client wants a word for every file, also for one that has no samples.
    sample_type: file.sampleType ?? "ocr_input",
    num_lines: file.lines,
    mimetype: file.lines === null ? null : "application/jsonl",
    source: "upload" as const,
    signature: file.sha256.toString("hex"),
    expires_at: file.expiresAt && seconds(file.expiresAt),
    visibility: file.visibility,
    status: "processed" as const,
  };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
