import type { Conversation, UserPart } from "../chat/conversation";
import { unpackReasoning } from "../chat/reasoning";
import { isMissing, type Members, membersOf, textOf } from "../members";
import { malformed, untranslatable } from "../refusals";

/** Claude Code's own mark on its requests, which is not for the model: it may change with each, and would undo a server's cache of prompts. */
const billingMark = "x-anthropic-billing-header:";

/** Returns the texts of `system`. */
export function systemTexts(system: unknown): string[] {
  if (isMissing(system) || system === "") return [];
  return blocksOf(system, "system").flatMap((block, i) => {
    if (block.type !== "text") throw untranslatable(`system.${i}`, textOf(block.type));
    const text = textOf(block.text);
    return text === undefined || text.startsWith(billingMark) ? [] : [text];
  });
}

/** Adds the messages of a request to a conversation. */
export function* addMessages(conversation: Conversation, messages: unknown[]): Generator<undefined, void> {
  for (const [i, each] of messages.entries()) {
    const { role, content } = membersOf(each) ?? {};
    const param = `messages.${i}`;
    if (role === "user") addUser(conversation, content, param);
    else if (role === "assistant") addAssistant(conversation, content, param);
    else if (role === "system") addSystem(conversation, content, param);
    else throw malformed(`${param}.role`, "user, assistant or system");
    yield;
  }
}

/** Blocks that say which tools the model is offered from here on (`readTools`). */
const toolChanges = new Set<unknown>(["tool_addition", "tool_removal"]);

function addSystem(conversation: Conversation, content: unknown, param: string): void {
  const texts: string[] = [];
  for (const [i, block] of (isMissing(content) ? [] : blocksOf(content, param)).entries()) {
    if (toolChanges.has(block.type)) continue;
    if (block.type !== "text") throw untranslatable(`${param}.content.${i}`, textOf(block.type));
    if (textOf(block.text)) texts.push(block.text as string);
  }
  if (texts.length > 0) conversation.addSystem(texts.join("\n"));
}

/** The results of tools come first, as a chat needs them right after the calls. */
function addUser(conversation: Conversation, content: unknown, param: string): void {
  const blocks = blocksOf(content, param);
  const parts: UserPart[] = [];
  for (const [i, block] of blocks.entries()) {
    const path = `${param}.content.${i}`;
    if (block.type !== "tool_result") parts.push(...(toolChanges.has(block.type) ? [] : userParts(block, path)));
    else addToolResult(conversation, block, path);
  }
  const isOnlyResults = parts.length === 0 && blocks.some(({ type }) => type === "tool_result");
  if (!isOnlyResults) conversation.addUser(parts);
}

function addToolResult(conversation: Conversation, block: Members, param: string): void {
  const id = textOf(block.tool_use_id);
  if (!id) throw malformed(`${param}.tool_use_id`, "the id of a tool's use");
  const parts = isMissing(block.content)
    ? []
    : blocksOf(block.content, param).flatMap((each, i) => userParts(each, `${param}.content.${i}`));
  if (block.is_error === true) parts.unshift({ type: "text", text: "Error:" });
  conversation.addToolResult(id, parts);
}

function addAssistant(conversation: Conversation, content: unknown, param: string): void {
  for (const [i, block] of blocksOf(content, param).entries()) {
    const path = `${param}.content.${i}`;
    if (block.type === "text") conversation.addAssistantText(textOf(block.text) ?? "");
    else if (block.type === "thinking") addThinking(conversation, block);
    else if (block.type === "tool_use") addToolUse(conversation, block, path);
    // Thinking that only Anthropic's servers can read.
    else if (block.type !== "redacted_thinking") throw untranslatable(path, textOf(block.type));
  }
}

/** Only thinking that came from here: no server takes another model's. */
function addThinking(conversation: Conversation, { thinking, signature }: Members): void {
  const packed = unpackReasoning(signature);
  if (packed) conversation.addReasoning({ ...packed, text: packed.text || (textOf(thinking) ?? "") });
}

function addToolUse(conversation: Conversation, { id, name, input }: Members, param: string): void {
  if (!textOf(id)) throw malformed(`${param}.id`, "an id");
  if (!textOf(name)) throw malformed(`${param}.name`, "a name");
  conversation.addCall(id as string, name as string, JSON.stringify(input ?? {}));
}

function userParts(block: Members, param: string): UserPart[] {
  if (block.type === "text") return textOf(block.text) ? [{ type: "text", text: block.text as string }] : [];
  if (block.type === "image") return [imagePart(membersOf(block.source) ?? {}, `${param}.source`)];
  if (block.type === "document") return [documentPart(block, param)];
  if (block.type === "tool_reference")
    return [{ type: "text", text: `The tool ${String(block.tool_name)} is available now.` }];
  throw untranslatable(param, textOf(block.type));
}

function imagePart(source: Members, param: string): UserPart {
  const { type, media_type: mediaType, data, url } = source;
  if (type === "url" && textOf(url)) return { type: "image_url", image_url: { url: url as string } };
  if (type === "base64" && textOf(mediaType) && textOf(data))
    return { type: "image_url", image_url: { url: `data:${mediaType};base64,${data}` } };
  if (type !== "url" && type !== "base64") throw untranslatable(param, textOf(type));
  throw malformed(param, "an image's base64 with its media_type, or its url");
}

/** Of documents, those that are plain text. */
function documentPart(block: Members, param: string): UserPart {
  const source = membersOf(block.source) ?? {};
  const advice = "Send its text.";
  if (source.type !== "text") throw untranslatable(param, `a document of type ${String(source.type)}`, advice);
  const title = textOf(block.title);
  const head = title ? `<document title=${JSON.stringify(title)}>` : "<document>";
  return { type: "text", text: `${head}\n${textOf(source.data) ?? ""}\n</document>` };
}

function blocksOf(content: unknown, param: string): Members[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!Array.isArray(content)) throw malformed(`${param}.content`, "a text or a list of blocks");
  return content.map((each, i) => {
    const block = membersOf(each);
    if (!block) throw malformed(`${param}.content.${i}`, "a block");
    return block;
  });
}
