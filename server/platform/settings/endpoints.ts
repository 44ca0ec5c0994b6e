/**
 * What a model server can be asked for, apart from its list of models. These are the words of `endpoints` in MODEL_SERVERS, and of what a
 * request was for in the ledger and in the metrics. What each of them is stands in `server/gateway/endpoints/table.ts`.
 */
export const endpointNames = [
  "chat",
  "embeddings",
  "responses",
  "messages",
  "count-tokens",
  "completions",
  "fim",
  "rerank",
  "score",
  "moderations",
  "chat-moderations",
  "classifications",
  "chat-classifications",
  "transcriptions",
  "translations",
  "speech",
  "images",
  "image-edits",
  "ocr",
] as const;

export type EndpointName = (typeof endpointNames)[number];

/** What a line of the ledger can be for: a request to an endpoint, by itself or as a line of a batch, or the training of a model. */
export const operations = [
  ...endpointNames,
  ...endpointNames.map((name) => `batch-${name}` as const),
  "fine-tuning",
] as const;

export type Operation = (typeof operations)[number];
