import type { ChatMessage, ChatRequest } from "@/app/w/[workspace]/_shared/first-request";
import type { Usage } from "./usage";

/** A tool call, and the result that the person enters for it. */
export type Call = { id: string; name: string; text: string; result?: string };

/** A message. `model`: the model of a route that wrote it; `problem`: why an answer is missing or incomplete. */
export type Turn = {
  role: "user" | "assistant";
  content: string;
  /** Pictures, as data: addresses. */
  images?: string[];
  reasoning?: string;
  calls?: Call[];
  model?: string;
  usage?: Usage;
  problem?: string;
};

/** The settings of each request, as field values; empty: the model's default. */
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

/**
 * Returns the request: the instructions, the messages so far, and the question. Tools that are not valid JSON are left
 * out.
 */
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

/**
 * Returns the messages of a turn. Each tool call is followed by its result, because no server continues without one.
 */
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

/** Returns the typed tool definitions; undefined: none; a string: what is wrong with them. */
export function toolsIn(text: string): unknown[] | string | undefined {
  if (text.trim() === "") return undefined;
  try {
    const tools: unknown = JSON.parse(text);
    if (Array.isArray(tools) && tools.length > 0) return tools;
  } catch {
    // The error is returned below.
  }
  return "The tools are not a JSON array of definitions. Nothing was sent.";
}

/**
 * Returns the request with the question that is about to be sent. Picture data is shortened, because it is unreadable.
 */
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
