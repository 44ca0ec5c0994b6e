/**
 * The endpoints of a model server, apart from its list of models. The same names are used by `endpoints` in
 * MODEL_SERVERS, by the ledger and by the metrics. `server/gateway/endpoints/table.ts` describes each of them.
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

/** What a ledger line can be for: a single request to an endpoint, a request in a batch, or a training. */
export const operations = [
  ...endpointNames,
  ...endpointNames.map((name) => `batch-${name}` as const),
  "fine-tuning",
] as const;

export type Operation = (typeof operations)[number];
