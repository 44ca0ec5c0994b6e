import type { EndpointName } from "@/server/platform/settings/endpoints";
import { can, type Permission, type Role } from "./permissions";

/** What a program may do with a key, in the order in which pages list it. */
export const keyScopes = [
  "models:read",
  "chat",
  "responses",
  "messages",
  "completions",
  "embeddings",
  "rerank",
  "moderation",
  "audio",
  "images",
  "ocr",
  "batches",
  "files",
  "fine-tuning",
  "usage:read",
] as const;

export type KeyScope = (typeof keyScopes)[number];

/** What a scope allows, in a few words. */
export const scopeText = {
  "models:read": "List models",
  chat: "Chat completions",
  responses: "Responses",
  messages: "Messages",
  completions: "Text and code completion",
  embeddings: "Embeddings",
  rerank: "Rerank and score",
  moderation: "Moderate and classify",
  audio: "Transcribe and speak",
  images: "Make images",
  ocr: "Read documents (OCR)",
  batches: "Run batches",
  files: "Upload and read files",
  "fine-tuning": "Fine-tune models",
  "usage:read": "Read usage",
} as const satisfies Record<KeyScope, string>;

/** The permission that a member needs in order to give a key a scope. */
const scopeNeeds = {
  "models:read": "model:read",
  chat: "model:use",
  responses: "model:use",
  messages: "model:use",
  completions: "model:use",
  embeddings: "model:use",
  rerank: "model:use",
  moderation: "model:use",
  audio: "model:use",
  images: "model:use",
  ocr: "model:use",
  batches: "model:use",
  files: "file:manage",
  "fine-tuning": "model:fine-tune",
  "usage:read": "usage:read",
} as const satisfies Record<KeyScope, Permission>;

/** Checks whether a member with this role may give a key a scope: no member grants more than they hold. */
export function canGrantScope(role: Role, scope: KeyScope): boolean {
  return can(role, scopeNeeds[scope]);
}

/** The scope that a key needs for each endpoint that a model works on. */
export const scopeOfEndpoint = {
  chat: "chat",
  embeddings: "embeddings",
  responses: "responses",
  messages: "messages",
  "count-tokens": "messages",
  completions: "completions",
  fim: "completions",
  rerank: "rerank",
  score: "rerank",
  moderations: "moderation",
  "chat-moderations": "moderation",
  classifications: "moderation",
  "chat-classifications": "moderation",
  transcriptions: "audio",
  translations: "audio",
  speech: "audio",
  images: "images",
  "image-edits": "images",
  ocr: "ocr",
} as const satisfies Record<EndpointName, KeyScope>;

const byEndpoint: ReadonlyMap<string, KeyScope> = new Map(Object.entries(scopeOfEndpoint));

/**
 * Returns the scopes that a request of this operation needs, as the ledger names operations: a line of a batch needs
 * `batches` and the scope of its endpoint.
 */
export function scopesOf(operation: string): KeyScope[] {
  if (operation === "fine-tuning") return ["fine-tuning"];
  const endpoint = byEndpoint.get(operation.replace(/^batch-/, ""));
  return [...(operation.startsWith("batch-") ? (["batches"] as const) : []), ...(endpoint ? [endpoint] : [])];
}
