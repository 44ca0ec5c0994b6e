import { usageIn } from "../calls/usage-dialects";
import { chatAnswer, countNothing } from "./answers";
import type { AnswerReading, EventReading, Members } from "./endpoint";

const endsWith =
  (end: string) =>
  ({ type }: Members) =>
    typeof type === "string" && type.endsWith(end);

/** Moderations and classes: of which a server that counts nothing takes nothing but the request. */
export const resultsAnswer: AnswerReading = {
  lists: ["results"],
  count: countNothing,
  units: () => ({}),
  events: chatAnswer.events,
};

/** OpenAI's events of a transcript, and vLLM's, which are a chat's. */
const transcriptEvents: EventReading = {
  count(event, tally) {
    if (event.type === "transcript.text.delta") tally.addPiece(event.delta);
    else chatAnswer.events.count(event, tally);
  },
  usage: usageIn,
  hasFinished: (event) => event.type === "transcript.text.done" || chatAnswer.events.hasFinished(event),
};

/** A transcript: an object with its text, or the text itself, plain or as subtitles. */
export const transcriptAnswer: AnswerReading = {
  lists: [],
  mayHaveError: false,
  mayBeBytes: true,
  mayBeWhole: true,
  count: ({ text }, tally) => tally.addPiece(text),
  events: transcriptEvents,
};

/** Speech: a recording, or its pieces as events. What is spoken is known from the request. */
export const speechAnswer: AnswerReading = {
  lists: [],
  mayHaveError: false,
  mayBeBytes: true,
  mayBeWhole: true,
  count: countNothing,
  units: (_, { character = 0 }) => ({ character }),
  events: {
    count: ({ audio }, tally) => tally.addPiece({ audio }),
    usage: usageIn,
    hasFinished: endsWith("audio.done"),
    isItem: endsWith("audio.delta"),
  },
};

/** An event may have an image in it. */
const longestImageEvent = 32 * 1024 * 1024;

/** Images, each of which is counted as it comes. */
export const imagesAnswer: AnswerReading = {
  lists: ["data"],
  itemsOf: "data",
  mayBeWhole: true,
  count: countNothing,
  units: (image) => ({ image }),
  events: {
    count: countNothing,
    usage: usageIn,
    hasFinished: endsWith(".completed"),
    isItem: endsWith(".completed"),
    longest: longestImageEvent,
  },
};

/** Pages that were read. */
export const pagesAnswer: AnswerReading = {
  lists: ["pages"],
  itemsOf: "pages",
  count: countNothing,
  units: (page) => ({ page }),
  events: chatAnswer.events,
};
