const kinds: Partial<Record<string, string>> = {
  instruct: "Conversations",
  pretrain: "Plain text",
  batch_request: "Batch requests",
};

/** What a file is, in a word or two. */
export function kindOf({ purpose, sampleType }: { purpose: string; sampleType: string | null }): string {
  return (sampleType && kinds[sampleType]) ?? (purpose === "ocr" ? "Document" : "Other");
}
