import type { FilePurpose, SampleType } from "@/db/schema/files";
import type { FlawCode } from "./input";

/** The type of sample that a line is, or its fault. */
type Verdict = { type: SampleType } | { flaw: FlawCode };

/** Checks each line of a file in turn; returns its fault, or undefined. */
export type Rule = {
  judge(sample: Record<string, unknown>): FlawCode | undefined;
  /** Returns the type of the samples so far. */
  type(): SampleType | null;
};

/** Returns the rule for the lines of files with a purpose; undefined when such files need no lines. */
export function ruleFor(purpose: FilePurpose): Rule | undefined {
  if (purpose === "ocr") return undefined;
  return oneTypeOf(purpose === "batch" ? batchRequest : trainingSample);
}

function oneTypeOf(verdictOn: (sample: Record<string, unknown>) => Verdict): Rule {
  let first: SampleType | null = null;
  return {
    judge(sample) {
      const verdict = verdictOn(sample);
      if ("flaw" in verdict) return verdict.flaw;
      first ??= verdict.type;
      return verdict.type === first ? undefined : "mixed";
    },
    type: () => first,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const has = (sample: Record<string, unknown>, name: string) => Object.hasOwn(sample, name);

function trainingSample(sample: Record<string, unknown>): Verdict {
  const [isInstruct, isPretrain] = [has(sample, "messages"), has(sample, "text")];
  if (isInstruct && isPretrain) return { flaw: "both_samples" };
  if (isInstruct) {
    const flaw = flawInMessages(sample.messages);
    return flaw ? { flaw } : { type: "instruct" };
  }
  if (!isPretrain) return { flaw: "no_sample" };
  const { text } = sample;
  if (typeof text !== "string" || text.trim() === "") return { flaw: "no_text" };
  return text.includes("\0") ? { flaw: "nul" } : { type: "pretrain" };
}

const roles = new Set<unknown>(["system", "user", "assistant", "tool"]);

function flawInMessages(messages: unknown): FlawCode | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return "no_messages";
  let hasAnswer = false;
  for (const message of messages) {
    if (!isObject(message)) return "no_message";
    const { role, content, tool_calls: calls } = message;
    if (!roles.has(role)) return "unknown_role";
    if (typeof content === "string") {
      if (content.includes("\0")) return "nul";
    } else if (!isText(content) && !(role === "assistant" && Array.isArray(calls))) return "no_content";
    if (role === "assistant") hasAnswer = true;
  }
  return hasAnswer ? undefined : "no_answer";
}

/** Checks whether message content is text, also in its form as a list of parts. */
function isText(content: unknown): boolean {
  return (
    Array.isArray(content) &&
    content.length > 0 &&
    content.every((piece) => isObject(piece) && piece.type === "text" && typeof piece.text === "string")
  );
}

function batchRequest(sample: Record<string, unknown>): Verdict {
  const isRequest = typeof sample.custom_id === "string" && isObject(sample.body);
  return isRequest ? { type: "batch_request" } : { flaw: "no_request" };
}
