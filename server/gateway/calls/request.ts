import type { Inference } from "@/db/schema/usage";
import { invalid } from "../errors/errors";
import type { JsonBody } from "./body";
import { membersOf } from "./json-members";

/** What the gateway has to know of a request; whatever else it says is between the program and the model. */
export type Asked = {
  operation: Inference;
  body: JsonBody;
  model: string;
  isStreamed: boolean;
  /** Whether the program wants to be told the usage at the end of a stream. */
  wantsUsage: boolean;
  /** How many answers. */
  choices: number;
  /** The most tokens that each may have, if the request says; and the parameter that says so. */
  most?: { tokens: number; param: string };
};

const mostChoices = 128;

const understood = new Set(["model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n"]);

/** Reads a chat or an embeddings request. Refuses with 422. */
export function readRequest(operation: Inference, body: JsonBody): Asked {
  refuseAmbiguity(body.text);
  const { model, stream, stream_options: options, n } = body.value;
  if (typeof model !== "string" || model === "") throw invalid("model", "model must be the id of a model.");
  const isChat = operation === "chat";
  if (stream !== undefined && stream !== null && typeof stream !== "boolean")
    throw invalid("stream", "stream must be true or false.");
  if (options !== undefined && options !== null && (typeof options !== "object" || Array.isArray(options)))
    throw invalid("stream_options", "stream_options must be an object.");
  if (!isChat && stream === true) throw invalid("stream", "Embeddings are not streamed.");
  const most = isChat ? mostTokens(body.value) : undefined;
  return {
    operation,
    body,
    model,
    isStreamed: stream === true,
    wantsUsage: (options as { include_usage?: unknown } | null | undefined)?.include_usage === true,
    choices: isChat ? (positive("n", n, mostChoices) ?? 1) : 1,
    ...(most && { most }),
  };
}

/** Returns the larger of both names for the same, since model servers do not agree on which of them counts. */
function mostTokens(value: Record<string, unknown>): Asked["most"] {
  const both = (["max_completion_tokens", "max_tokens"] as const).flatMap((param) => {
    const tokens = positive(param, value[param], Number.MAX_SAFE_INTEGER);
    return tokens === undefined ? [] : [{ tokens, param }];
  });
  return both.toSorted((one, other) => other.tokens - one.tokens)[0];
}

function positive(param: string, value: unknown, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw invalid(param, `${param} must be a whole number of at least 1.`);
  if (value > most) throw invalid(param, `${param} must be at most ${most}.`);
  return value;
}

/**
 * Some JSON readers take the first of two members with one name, some the last, and some do not care about upper and lower
 * case. What the gateway checks and counts must be what the model server reads.
 */
function refuseAmbiguity(text: string): void {
  const seen = new Set<string>();
  for (const { name } of membersOf(text)) {
    // Both ways, so that letters which are another's other case, like the long s, are found too.
    const folded = name.toUpperCase().toLowerCase();
    if (!understood.has(folded)) continue;
    if (name !== folded) throw invalid(folded, `Write ${folded} in lower case.`);
    if (seen.has(name)) throw invalid(name, `${name} is there twice.`);
    seen.add(name);
  }
}
