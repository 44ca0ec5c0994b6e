import { Conversation } from "../chat/conversation";
import { isMissing, type Members, membersOf, present, textOf } from "../members";
import { checkFields, malformed, untranslatable } from "../refusals";
import type { Keeping, TranslatedRequest } from "../translation";
import { responseOf } from "./answer";
import { ResponseEvents } from "./events";
import { addInput } from "./input";
import type { Shape } from "./response";
import { readTools, toolMembers } from "./tools";

/** The fields that are translated, and those without which the answer is the same but for what it costs or where it is kept. */
const known = new Set([
  ...["model", "input", "instructions", "max_output_tokens", "stream", "stream_options", "temperature", "top_p"],
  ...["tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "include", "store", "metadata", "user"],
  ...["safety_identifier", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "service_tier"],
  ...["truncation", "context_management", "max_tool_calls", "client_metadata", "top_logprobs", "background"],
]);
const refused = new Set(["background", "conversation", "previous_response_id", "prompt", "top_logprobs"]);

const notKept: Keeping = { isStored: false, previousId: null };

/**
 * Translates a request of OpenAI's Responses API to chat completions.
 *
 * @throws Refusal 400
 */
export function* translateResponses(body: Members, keeping = notKept): Generator<undefined, TranslatedRequest> {
  const leftOut = checkFields(body, known, refused);
  const tools = readTools(body, leftOut);
  const conversation = new Conversation();
  const { instructions } = body;
  if (!isMissing(instructions) && typeof instructions !== "string") throw malformed("instructions", "a text");
  if (textOf(instructions)) conversation.addSystem(instructions as string);
  yield* addInput(conversation, body.input ?? [], tools.names);
  const messages = yield* conversation.end();
  if (messages.length === 0) throw malformed("input", "a text or a list of items");
  const reasoning = membersOf(body.reasoning) ?? {};
  const chat = present({
    model: body.model,
    messages,
    max_tokens: body.max_output_tokens,
    stream: body.stream === true ? true : undefined,
    temperature: body.temperature,
    top_p: body.top_p,
    ...toolMembers(body, tools),
    reasoning_effort: reasoning.effort,
    response_format: responseFormat(body, leftOut),
  });
  const shape: Shape = {
    body,
    keeping,
    names: tools.names,
    hasSummary: !isMissing(reasoning.summary ?? reasoning.generate_summary),
    hasPacked: Array.isArray(body.include) && body.include.includes("reasoning.encrypted_content"),
  };
  return {
    chat,
    leftOut,
    answer: (completion, used, identity) => responseOf(completion, used, identity, shape),
    stream: (identity) => new ResponseEvents(identity, shape),
  };
}

function responseFormat({ text }: Members, leftOut: string[]): Members | undefined {
  const { format, verbosity } = membersOf(text) ?? {};
  if (textOf(verbosity)) leftOut.push("text.verbosity");
  const { type, name, description, schema, strict } = membersOf(format) ?? { type: "text" };
  if (type === "text") return undefined;
  if (type === "json_object") return { type };
  if (type !== "json_schema") throw untranslatable("text.format", textOf(type));
  return { type, json_schema: present({ name: name ?? "answer", description, schema, strict }) };
}
