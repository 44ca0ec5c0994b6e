import { estimate } from "../calls/estimate";
import { anthropicEvent, dataEvent, responsesEvent } from "../errors/families";
import { continueConversation } from "../kept-responses/continue";
import { translateMessages } from "../translate/messages/request";
import { translateResponses } from "../translate/responses/request";
import { chatAnswer, messagesAnswer, responsesAnswer, tokenCount } from "./answers";
import type { Endpoint } from "./endpoint";
import { chatRequest, messagesRequest, responsesRequest } from "./readings";

/** What Anthropic's clients say of the protocol's version and of what they try out. */
const anthropicHeaders = ["anthropic-version", "anthropic-beta"];

/** What answers a conversation, in whichever family's words. */
export const conversations: readonly Endpoint[] = [
  {
    name: "chat",
    path: "/v1/chat/completions",
    scope: "chat",
    family: "openai",
    reads: chatRequest,
    estimate,
    answers: chatAnswer,
    failureEvent: dataEvent,
    title: "Chat completions",
    text: "Answers a conversation.",
  },
  {
    name: "responses",
    path: "/v1/responses",
    scope: "responses",
    family: "openai",
    reads: responsesRequest,
    estimate,
    answers: responsesAnswer,
    failureEvent: responsesEvent,
    translate: translateResponses,
    continues: continueConversation,
    title: "Responses",
    text: "Answers a conversation, as OpenAI's agents and the AI SDK ask for it.",
  },
  {
    name: "messages",
    path: "/v1/messages",
    scope: "messages",
    family: "anthropic",
    reads: messagesRequest,
    estimate,
    answers: messagesAnswer,
    failureEvent: anthropicEvent,
    translate: translateMessages,
    passes: anthropicHeaders,
    keyHeader: "x-api-key",
    title: "Messages",
    text: "Answers a conversation, as Anthropic's clients and Claude Code ask for it.",
  },
  {
    name: "count-tokens",
    path: "/v1/messages/count_tokens",
    scope: "messages",
    family: "anthropic",
    reads: messagesRequest,
    // It works on nothing: what limits are asked for is the least that a request takes.
    estimate: () => ({ promptTokens: 1, completionTokens: 0, ceiling: 0 }),
    answers: tokenCount,
    failureEvent: anthropicEvent,
    passes: anthropicHeaders,
    keyHeader: "x-api-key",
    answerWithout: (asked, model) => ({ input_tokens: estimate(asked, model).promptTokens }),
    title: "Count tokens",
    text: "Counts the tokens of a message before it is sent. Costs nothing.",
  },
];
