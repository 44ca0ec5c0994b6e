import type { Used } from "@/server/usage/cost";
import type { ApiError } from "../../errors/errors";
import type { ReadChunk } from "../chat/read-chunk";
import type { Members } from "../members";
import type { AnswerIdentity, Keeping } from "../translation";
import type { ToolNames } from "./tool-names";

/** What of a request its answer depends on. */
export type Shape = {
  body: Members;
  keeping: Keeping;
  names: ToolNames;
  /** Whether reasoning is to be given as a summary; else it is given as the model wrote it. */
  hasSummary: boolean;
  /** Whether reasoning is to be given back in a form to send again. */
  hasPacked: boolean;
};

/** What of a request stands in its answer, and what stands there when the request says nothing. */
const repeated: Members = {
  ...{ instructions: null, max_output_tokens: null, max_tool_calls: null, metadata: {}, parallel_tool_calls: true },
  ...{ prompt_cache_key: null, reasoning: { effort: null, summary: null }, safety_identifier: null, temperature: null },
  ...{ text: { format: { type: "text" } }, tool_choice: "auto", tools: [], top_p: null, truncation: "disabled" },
  user: null,
};

type State = {
  status: "in_progress" | "completed" | "incomplete" | "failed";
  output: Members[];
  used?: Used | undefined;
};

/** Returns a response in one of its states. */
export function responseIn(
  { status, output, used }: State,
  { id, model, created }: AnswerIdentity,
  { body, keeping }: Shape,
): Members {
  const said = Object.fromEntries(Object.entries(repeated).map(([name, usual]) => [name, body[name] ?? usual]));
  return {
    ...{ id: `resp_${id}`, object: "response", created_at: created, status, background: false, model, output },
    ...{
      error: null,
      incomplete_details: null,
      previous_response_id: keeping.previousId,
      store: keeping.isStored,
      service_tier: "default",
    },
    ...said,
    usage: used ? usageOf(used) : null,
  };
}

const incomplete = new Map([
  ["length", "max_output_tokens"],
  ["model_length", "max_output_tokens"],
  ["content_filter", "content_filter"],
]);

/** Returns why an answer is not complete, as `incomplete_details`; undefined: it is. */
export function incompleteOf({ finish }: Pick<ReadChunk, "finish">): { reason: string } | undefined {
  const reason = incomplete.get(finish ?? "");
  return reason === undefined ? undefined : { reason };
}

/** Returns the `error` of a response that failed. */
export function responseError({ code, message, status }: ApiError): Members {
  return { code: status === 429 && code !== "insufficient_quota" ? "rate_limit_exceeded" : code, message };
}

function usageOf({ promptTokens, completionTokens, classes = {} }: Used): Members {
  const { cacheRead = 0, cacheWrite = 0, reasoning = 0 } = classes;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: promptTokens + completionTokens,
  };
}
