import type { Tally } from "../calls/tally";
import { usageIn } from "../calls/usage-dialects";
import type { AnswerReading, EventReading, Members } from "./endpoint";

const countChoices = ({ choices }: Members, tally: Tally) => tally.add(choices);
export const countNothing = () => {};

/** Streams of what has `choices`. Their end is `[DONE]`, or a reason to have finished. */
const chatEvents: EventReading = {
  count: countChoices,
  usage: usageIn,
  hasFinished: ({ choices }) =>
    Array.isArray(choices) &&
    choices.some((choice) => typeof (choice as { finish_reason?: unknown } | null)?.finish_reason === "string"),
};

/** Chats and completions. */
export const chatAnswer: AnswerReading = { lists: ["choices"], count: countChoices, events: chatEvents };

/** What only has a prompt to count. */
export const listAnswer = (...lists: string[]): AnswerReading => ({ lists, count: countNothing, events: chatEvents });

const responseEnds = new Set<unknown>(["response.completed", "response.incomplete"]);

/** The Responses API's streams: what is produced comes in events whose type ends with `.delta`, and again whole, which is not counted. */
const responsesEvents: EventReading = {
  isOwn: hasType,
  count({ type, delta }, tally) {
    if (typeof type === "string" && type.endsWith(".delta")) tally.addPiece(delta);
  },
  usage: ({ response }) => usageIn(membersOf(response)),
  failure({ type, response, ...said }) {
    if (type === "error") return { error: hasMembers(said.error) ? said.error : said };
    return type === "response.failed" ? { error: membersOf(response).error ?? {} } : undefined;
  },
  hasFinished: ({ type }) => responseEnds.has(type),
  isLast: ({ type }) => responseEnds.has(type),
  holder: "response",
};

export const responsesAnswer: AnswerReading = {
  lists: ["output"],
  mayHaveError: false,
  count({ output }, tally) {
    if (Array.isArray(output)) for (const item of output) tally.addPiece(item);
  },
  events: responsesEvents,
};

/** Anthropic's streams: the prompt's usage is in the first event, the completion's in `message_delta`. */
const messagesEvents: EventReading = {
  isOwn: hasType,
  count({ type, delta }, tally) {
    if (type === "content_block_delta") tally.addPiece(delta);
  },
  usage: ({ usage, message }) => usageIn({ usage: usage ?? membersOf(message).usage }),
  hasFinished: ({ type }) => type === "message_stop",
  isLast: ({ type }) => type === "message_stop",
  holder: "message",
};

export const messagesAnswer: AnswerReading = {
  lists: ["content"],
  count: ({ content }, tally) => tally.addPiece(content),
  events: messagesEvents,
};

/** `count_tokens`: `{"input_tokens": 12}`. */
export const tokenCount: AnswerReading = { lists: [], isFree: true, count: countNothing, events: chatEvents };

/** A chat's events have none. */
function hasType({ type }: Members): boolean {
  return typeof type === "string";
}

const hasMembers = (value: unknown) => Object.keys(membersOf(value)).length > 0;

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
