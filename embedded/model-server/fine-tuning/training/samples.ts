import type { Role, Tokenizer } from "../../language-model/tokenizer";
import { endToken, roleTokens, textToken } from "../../language-model/tokenizer";

/**
 * Returns the tokens of one line of a training file, or a string with the reason why it cannot be used. A line is
 * `{"messages": [{"role", "content"}, …]}` whose last message is the assistant's, or `{"text": "…"}`. An assistant
 * message with `"weight": 0` and all other fields are ignored.
 */
export function readSample(line: string, tokenizer: Tokenizer): number[] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `is not JSON (${error instanceof Error ? error.message : error})`;
  }
  if (!isRecord(value)) return "is not a JSON object";
  if (Array.isArray(value.messages)) return readMessages(value.messages, tokenizer);
  if (typeof value.text !== "string") return 'has neither "messages" nor "text"';
  if (value.text.trim() === "") return 'has an empty "text"';
  return [textToken, ...tokenizer.encode(value.text), endToken];
}

function readMessages(messages: unknown[], tokenizer: Tokenizer): number[] | string {
  const tokens: number[] = [];
  let isAnswered = false;
  for (const [index, message] of messages.entries()) {
    const where = `messages[${index}]`;
    if (!isRecord(message)) return `has a ${where} that is not an object`;
    const role = message.role === "developer" ? "system" : message.role;
    if (!isRole(role)) return `has a ${where} whose role is not system, user, assistant or tool`;
    if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)
      return `has tool calls in ${where}, which this model cannot learn`;
    const content = textOf(message.content);
    if (content === undefined) return `has a ${where} whose content is not text`;
    if (role === "assistant") {
      if (content.trim() === "") return `has an empty assistant message in ${where}`;
      if (message.weight === 0) continue;
      isAnswered = true;
    }
    tokens.push(roleTokens[role]);
    for (const token of tokenizer.encode(content)) tokens.push(token);
    tokens.push(endToken);
  }
  const last = messages.at(-1);
  if (!isRecord(last) || last.role !== "assistant") return "does not end with a message of the assistant";
  return isAnswered ? tokens : "has no assistant message to learn from";
}

/** Returns the text of a message, which may be in parts; undefined: it is not text. */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.map((part) => (isRecord(part) && part.type === "text" ? part.text : undefined));
  return parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRole(value: unknown): value is Role {
  return typeof value === "string" && Object.hasOwn(roleTokens, value);
}
