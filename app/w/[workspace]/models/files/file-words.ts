import type { FilePurpose, SampleType } from "@/db/schema/files";

const kinds: Partial<Record<SampleType, string>> = {
  instruct: "Conversations",
  pretrain: "Plain text",
  batch_request: "Batch requests",
};

/** What a file is, in a word or two. */
export function kindOf({ purpose, sampleType }: { purpose: FilePurpose; sampleType: SampleType | null }): string {
  return (sampleType && kinds[sampleType]) ?? (purpose === "ocr" ? "Document" : "Other");
}
