import { Conversation } from "../chat/conversation";
import { isMissing, type Members, membersOf, present, textOf } from "../members";
import { checkFields, malformed, untranslatable } from "../refusals";
import type { TranslatedRequest } from "../translation";
import { messageOf } from "./answer";
import { addMessages, systemTexts } from "./content";
import { MessageEvents } from "./events";
import { type Thinking, thinkingOf } from "./thinking";
import { readTools, toolChoice } from "./tools";

/** The fields that are translated, and those without which the answer is the same but for what it costs or where it is kept. */
const known = new Set([
  ...["model", "max_tokens", "messages", "system", "stop_sequences", "stream", "temperature", "top_p", "top_k"],
  ...["tools", "tool_choice", "thinking", "output_config", "output_format"],
  ...["metadata", "cache_control", "service_tier", "context_management", "compaction", "diagnostics", "speed", "betas"],
  ...["inference_geo", "user_profile_id", "workspace_id", "billing_policy", "fallbacks", "fallback_credit_token"],
]);
const refused = new Set(["container", "mcp_servers", "thread"]);

/**
 * Translates a request of Anthropic's Messages API to chat completions.
 *
 * @throws Refusal 400
 */
export function* translateMessages(body: Members): Generator<undefined, TranslatedRequest> {
  const leftOut = checkFields(body, known, refused);
  const { max_tokens: most, stop_sequences: stops } = body;
  if (typeof most !== "number") throw malformed("max_tokens", "a number");
  const conversation = yield* conversationOf(body);
  const tools = readTools(body);
  const thinking = thinkingOf(body, leftOut);
  const chat = present({
    model: body.model,
    messages: yield* conversation.end(),
    max_tokens: most,
    stop: Array.isArray(stops) && stops.length > 0 ? stops : undefined,
    stream: body.stream === true ? true : undefined,
    temperature: body.temperature,
    top_p: body.top_p,
    top_k: body.top_k,
    tools: tools.length > 0 ? tools : undefined,
    ...toolChoice(body.tool_choice, tools),
    reasoning_effort: thinking.effort,
    response_format: responseFormat(body),
  });
  return answered(chat, leftOut, thinking);
}

function answered(chat: Members, leftOut: string[], thinking: Thinking): TranslatedRequest {
  return {
    chat,
    leftOut,
    answer: (completion, used, identity) => messageOf(completion, used, identity, thinking),
    stream: (identity) => new MessageEvents(identity, thinking),
  };
}

function* conversationOf(body: Members): Generator<undefined, Conversation> {
  const conversation = new Conversation();
  for (const text of systemTexts(body.system)) conversation.addSystem(text);
  if (!Array.isArray(body.messages) || body.messages.length === 0) throw malformed("messages", "a list of messages");
  yield* addMessages(conversation, body.messages);
  if (conversation.endsWithAssistant)
    throw untranslatable("messages", "the beginning of the answer in a last message of the assistant");
  return conversation;
}

function responseFormat({ output_config: config, output_format: older }: Members): Members | undefined {
  const format = membersOf(membersOf(config)?.format) ?? membersOf(older);
  if (isMissing(format)) return undefined;
  if (format.type !== "json_schema") throw untranslatable("output_config.format", textOf(format.type));
  return { type: "json_schema", json_schema: { name: "answer", schema: format.schema, strict: true } };
}
