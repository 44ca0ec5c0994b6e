import type { ChatMessage } from "./conversation";

/** Where a model server writes a model's reasoning: a member beside the content, or (Mistral) a part of the content. */
export type ReasoningDialect = "reasoning_content" | "reasoning" | "thinking";

export type Reasoning = { dialect: ReasoningDialect; text: string };

const form = /^atelier\.(reasoning_content|reasoning|thinking)\.([\w-]*)$/;

/**
 * Returns reasoning as an opaque text for a client to keep and send back: the servers that need earlier reasoning take it only in
 * their own dialect. Not secret: the client may read the reasoning anyway.
 */
export function packReasoning({ dialect, text }: Reasoning): string {
  return `atelier.${dialect}.${Buffer.from(text).toString("base64url")}`;
}

/** Returns what `packReasoning` packed; undefined for what comes from elsewhere, as a signature of Anthropic's own. */
export function unpackReasoning(packed: unknown): Reasoning | undefined {
  const [, dialect, text] = (typeof packed === "string" && form.exec(packed)) || [];
  if (dialect === undefined || text === undefined) return undefined;
  return { dialect: dialect as ReasoningDialect, text: Buffer.from(text, "base64url").toString("utf8") };
}

/** Adds reasoning to a message of the assistant, as its server wrote it. */
export function withReasoning(message: ChatMessage, { dialect, text }: Reasoning): ChatMessage {
  if (dialect !== "thinking") return { ...message, [dialect]: text };
  const thinking = { type: "thinking", thinking: [{ type: "text", text }] };
  const { content } = message;
  const others = typeof content === "string" && content !== "" ? [{ type: "text", text: content }] : [];
  return { ...message, content: [thinking, ...others] };
}
