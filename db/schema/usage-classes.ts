import { bigint, integer } from "drizzle-orm/pg-core";

/**
 * The usage of each class in a ledger line: tokens that are part of its prompt or completion, and units besides them.
 */
export const lineClasses = () => ({
  /** Parts of the prompt; no token is in two classes. */
  cacheReadTokens: integer().notNull().default(0),
  cacheWriteTokens: integer().notNull().default(0),
  audioInputTokens: integer().notNull().default(0),
  imageInputTokens: integer().notNull().default(0),
  /** Parts of the completion. */
  reasoningTokens: integer().notNull().default(0),
  audioOutputTokens: integer().notNull().default(0),
  /** Seconds of audio, rounded up. */
  seconds: integer().notNull().default(0),
  images: integer().notNull().default(0),
  pages: integer().notNull().default(0),
  characters: integer().notNull().default(0),
});

/** The same columns, summed over an hour or a day. */
export const summedClasses = () => ({
  cacheReadTokens: bigint({ mode: "number" }).notNull().default(0),
  cacheWriteTokens: bigint({ mode: "number" }).notNull().default(0),
  audioInputTokens: bigint({ mode: "number" }).notNull().default(0),
  imageInputTokens: bigint({ mode: "number" }).notNull().default(0),
  reasoningTokens: bigint({ mode: "number" }).notNull().default(0),
  audioOutputTokens: bigint({ mode: "number" }).notNull().default(0),
  seconds: bigint({ mode: "number" }).notNull().default(0),
  images: bigint({ mode: "number" }).notNull().default(0),
  pages: bigint({ mode: "number" }).notNull().default(0),
  characters: bigint({ mode: "number" }).notNull().default(0),
});
