const kinds = new Map(
  Object.entries({
    instruct: "Conversations",
    pretrain: "Plain text",
    batch_request: "Batch requests",
    batch_result: "Batch results",
    batch_error: "Batch errors",
  }),
);

/** Returns the kind of a file as text. */
export function kindOf({ purpose, sampleType }: { purpose: string; sampleType: string | null }): string {
  return (sampleType && kinds.get(sampleType)) ?? (purpose === "ocr" ? "Document" : "Other");
}
