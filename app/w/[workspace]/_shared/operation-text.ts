import type { Outputs } from "@/server/composition/outputs";

export type Operation = Outputs["billing"]["statementLines"]["lines"][number]["operation"];

/** The names of the operations that a request, or another line of the ledger, can be for. */
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

/** Returns the name of the operation of a ledger line. */
export function operationText(operation: Operation): string {
  if (!isOfBatch(operation)) return plainText[operation];
  return `${plainText[operation.slice("batch-".length) as keyof typeof plainText]}, in a batch`;
}

const isOfBatch = (operation: Operation): operation is Extract<Operation, `batch-${string}`> =>
  operation.startsWith("batch-");
