import type { Outputs } from "@/server/composition/outputs";

export type Operation = Outputs["billing"]["statementLines"]["lines"][number]["operation"];

/** What is called how that a request can be for, or a line of the ledger that is no request. */
const plainText: Record<Exclude<Operation, `batch-${string}`>, string> = {
  chat: "Chat completions",
  responses: "Responses",
  messages: "Messages",
  "count-tokens": "Token counts",
  completions: "Completions",
  fim: "Code completion",
  embeddings: "Embeddings",
  rerank: "Rerank",
  score: "Score",
  moderations: "Moderations",
  "chat-moderations": "Moderations of conversations",
  classifications: "Classifications",
  "chat-classifications": "Classifications of conversations",
  transcriptions: "Transcriptions",
  translations: "Translations",
  speech: "Speech",
  images: "Images",
  "image-edits": "Image edits",
  ocr: "OCR",
  "fine-tuning": "Fine-tuning",
};

/** Returns what is called how that a line of the ledger can be for. */
export function operationText(operation: Operation): string {
  if (!isOfBatch(operation)) return plainText[operation];
  return `${plainText[operation.slice("batch-".length) as keyof typeof plainText]}, in a batch`;
}

const isOfBatch = (operation: Operation): operation is Extract<Operation, `batch-${string}`> =>
  operation.startsWith("batch-");
