import type { Conversation, UserPart } from "../chat/conversation";
import { unpackReasoning } from "../chat/reasoning";
import { isMissing, type Members, membersOf, textOf } from "../members";
import { malformed, untranslatable } from "../refusals";
import type { ToolNames } from "./tool-names";

/** Items that say something only to OpenAI's servers, and without which the conversation is the same. */
const silent = new Set(["additional_tools", "web_search_call", "configuration_update", "compaction_trigger"]);

const stateAdvice = "Send the items themselves: this server keeps no responses (store: false).";

/** Adds the input of a request to a conversation. */
export function* addInput(conversation: Conversation, input: unknown, names: ToolNames): Generator<undefined, void> {
  if (typeof input === "string") return void conversation.addUser([{ type: "text", text: input }]);
  if (!Array.isArray(input)) throw malformed("input", "a text or a list of items");
  for (const [i, each] of input.entries()) {
    const item = membersOf(each);
    if (!item) throw malformed(`input.${i}`, "an item");
    addItem(conversation, item, `input.${i}`, names);
    yield;
  }
}

function addItem(conversation: Conversation, item: Members, param: string, names: ToolNames): void {
  const type = textOf(item.type) ?? (item.role === undefined ? "item_reference" : "message");
  if (type === "message") addMessage(conversation, item, param);
  else if (type === "function_call") addCall(conversation, item, item.arguments, param, names);
  else if (type === "custom_tool_call")
    addCall(conversation, item, JSON.stringify({ input: item.input }), param, names);
  else if (type === "function_call_output" || type === "custom_tool_call_output") addOutput(conversation, item, param);
  else if (type === "reasoning") addReasoning(conversation, item);
  else if (type === "item_reference") throw untranslatable(param, type, stateAdvice);
  else if (!silent.has(type)) throw untranslatable(param, type);
}

function addMessage(conversation: Conversation, { role, content }: Members, param: string): void {
  if (role === "assistant") return void addAssistant(conversation, content, param);
  const parts = userParts(content, param);
  if (role === "user") return void conversation.addUser(parts);
  if (role !== "system" && role !== "developer")
    throw malformed(`${param}.role`, "user, assistant, system or developer");
  const texts = parts.map((part, i) => {
    if (part.type !== "text") throw untranslatable(`${param}.content.${i}`, part.type);
    return part.text;
  });
  if (texts.length > 0) conversation.addSystem(texts.join("\n"));
}

function addAssistant(conversation: Conversation, content: unknown, param: string): void {
  if (typeof content === "string") return void conversation.addAssistantText(content);
  for (const [i, part] of partsOf(content, param).entries()) {
    const text = part.type === "refusal" ? part.refusal : part.text;
    if (typeof text !== "string") throw untranslatable(`${param}.content.${i}`, textOf(part.type));
    conversation.addAssistantText(text);
  }
}

function addCall(
  conversation: Conversation,
  { call_id: id, name, namespace }: Members,
  args: unknown,
  param: string,
  names: ToolNames,
): void {
  if (!textOf(id)) throw malformed(`${param}.call_id`, "the id of a call");
  if (!textOf(name)) throw malformed(`${param}.name`, "a name");
  const within = textOf(namespace);
  const chatName = names.nameOf({ name: name as string, ...(within && { namespace: within }) });
  conversation.addCall(id as string, chatName, textOf(args) ?? "{}");
}

function addOutput(conversation: Conversation, { call_id: id, output }: Members, param: string): void {
  if (!textOf(id)) throw malformed(`${param}.call_id`, "the id of a call");
  const parts: UserPart[] =
    typeof output === "string" ? [{ type: "text", text: output }] : userParts(output ?? [], `${param}.output`);
  conversation.addToolResult(id as string, parts);
}

/** Only reasoning that came from here: no server takes another model's. */
function addReasoning(conversation: Conversation, { encrypted_content: packed }: Members): void {
  const reasoning = unpackReasoning(packed);
  if (reasoning) conversation.addReasoning(reasoning);
}

function userParts(content: unknown, param: string): UserPart[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return partsOf(content, param).map((part, i) => userPart(part, `${param}.content.${i}`));
}

function userPart(part: Members, param: string): UserPart {
  const { type, text, image_url: url, detail, file_id: file, input_audio: audio } = part;
  if ((type === "input_text" || type === "output_text" || type === "text") && typeof text === "string")
    return { type: "text", text };
  if (type === "input_image" && isMissing(file)) {
    if (!textOf(url)) throw malformed(`${param}.image_url`, "an image's address or its data as a data: URL");
    // "original" is newer than most servers.
    const level = detail === "original" ? "high" : textOf(detail);
    return {
      type: "image_url",
      image_url: { url: url as string, ...(level && level !== "auto" && { detail: level }) },
    };
  }
  const { data, format } = membersOf(audio) ?? {};
  if (type === "input_audio" && textOf(data) && textOf(format))
    return { type: "input_audio", input_audio: { data: data as string, format: format as string } };
  throw untranslatable(param, isMissing(file) ? textOf(type) : `${String(type)} with a file_id`);
}

function partsOf(content: unknown, param: string): Members[] {
  if (!Array.isArray(content)) throw malformed(`${param}.content`, "a text or a list of parts");
  return content.map((each, i) => {
    const part = membersOf(each);
    if (!part) throw malformed(`${param}.content.${i}`, "a part");
    return part;
  });
}
