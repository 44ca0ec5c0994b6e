/** What a program may do with a key, in the order in which people are shown it. */
export const keyScopes = ["models:read", "chat", "embeddings", "files", "fine-tuning", "usage:read"] as const;

export type KeyScope = (typeof keyScopes)[number];

/** What a scope allows, in a few words. */
export const scopeText = {
  "models:read": "List models",
  chat: "Chat completions",
  embeddings: "Embeddings",
  files: "Upload and read files",
  "fine-tuning": "Fine-tune models",
  "usage:read": "Read usage",
} as const satisfies Record<KeyScope, string>;
