import type { ChatMessage, ChatRequest } from "@/app/w/[workspace]/_shared/first-request";
import type { Usage } from "./usage";

/** A call of a tool, and what the person who tries it says that the tool has answered. */
export type Call = { id: string; name: string; text: string; result?: string };

/** Something that was said. `model`: which one of a route's said it; `problem`: why an answer is not there or not whole. */
export type Turn = {
  role: "user" | "assistant";
  content: string;
  /** Pictures, as data. */
  images?: string[];
  reasoning?: string;
  calls?: Call[];
  model?: string;
  usage?: Usage;
  problem?: string;
};

/** What is asked with every question, as it is typed; empty: the model's own. */
export type Settings = {
  instructions: string;
  temperature: string;
  topP: string;
  maxTokens: string;
  isJson: boolean;
  tools: string;
};

export const noSettings: Settings = {
  ...{ instructions: "", temperature: "", topP: "", maxTokens: "", isJson: false, tools: "" },
};

/** Returns what would be sent: the instructions, what was said, and the question. Tools that are no JSON are left out. */
export function requestOf(model: string, settings: Settings, turns: Turn[]): ChatRequest {
  const { instructions, isJson } = settings;
  const said = turns.filter(
    ({ content, images, calls, problem }) => (content || images?.length || calls?.length) && problem === undefined,
  );
  const tools = toolsIn(settings.tools);
  return {
    model,
    messages: [
      ...(instructions.trim() ? [{ role: "system", content: instructions.trim() }] : []),
      ...said.flatMap(messagesOf),
    ],
    ...number("temperature", settings.temperature),
    ...number("top_p", settings.topP),
    ...number("max_tokens", settings.maxTokens),
    ...(isJson ? { response_format: { type: "json_object" as const } } : {}),
    ...(Array.isArray(tools) ? { tools } : {}),
  };
}

/** Returns the messages of a turn: a call is followed by its result, as no server goes on without one. */
function messagesOf({ role, content, images = [], calls = [] }: Turn): ChatMessage[] {
  if (images.length > 0) {
    const pictures = images.map((url) => ({ type: "image_url", image_url: { url } }));
    return [{ role, content: [...(content ? [{ type: "text", text: content }] : []), ...pictures] }];
  }
  if (calls.length === 0) return [{ role, content }];
  return [
    {
      role,
      content,
      tool_calls: calls.map(({ id, name, text }) => ({ id, type: "function", function: { name, arguments: text } })),
    },
    ...calls.map(({ id, result }) => ({ role: "tool", content: result ?? "", tool_call_id: id })),
  ];
}

function number(name: "temperature" | "top_p" | "max_tokens", text: string): { [Name in typeof name]?: number } {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? { [name]: value } : {};
}

/** Returns the definitions of tools that were typed; undefined: none; a sentence: what is wrong with them. */
export function toolsIn(text: string): unknown[] | string | undefined {
  if (text.trim() === "") return undefined;
  try {
    const tools: unknown = JSON.parse(text);
    if (Array.isArray(tools) && tools.length > 0) return tools;
  } catch {
    // Said below.
  }
  return "The tools are not a JSON array of definitions. Nothing was sent.";
}

/** Returns the conversation with what is about to be asked; pictures are cut, as no person could read them. */
export function codeOf(model: string, settings: Settings, turns: Turn[], question: string): ChatRequest {
  const last = turns.at(-1)?.role === "assistant" ? turns.slice(0, -1) : turns;
  const pending = question.trim();
  const asked: Turn[] = pending ? [...turns, { role: "user", content: pending }] : last;
  const short = asked.map((turn) => ({
    ...turn,
    ...(turn.images ? { images: turn.images.map((url) => `${url.slice(0, url.indexOf(",") + 1)}…`) } : {}),
  }));
  return requestOf(model, settings, short.length > 0 ? short : [{ role: "user", content: "Hello!" }]);
}
