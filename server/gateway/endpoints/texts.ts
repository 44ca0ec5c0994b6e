import { estimate, estimatePairs, estimatePrompt } from "../calls/estimate";
import { dataEvent } from "../errors/families";
import { translateRanks } from "../translate/rerank/texts";
import { chatAnswer, listAnswer } from "./answers";
import type { Endpoint } from "./endpoint";
import { resultsAnswer } from "./more-answers";
import { completionsRequest, fimRequest } from "./more-readings";
import { pairsRequest, wholeRequest } from "./readings";

const common = { family: "openai", failureEvent: dataEvent } as const;

/** What completes, embeds, ranks and classifies texts. */
export const texts: readonly Endpoint[] = [
  {
    name: "completions",
    path: "/v1/completions",
    scope: "completions",
    ...common,
    reads: completionsRequest,
    estimate,
    answers: chatAnswer,
    title: "Completions",
    text: "Goes on with a text, as older programs and editors ask for it.",
  },
  {
    name: "fim",
    path: "/v1/fim/completions",
    scope: "completions",
    ...common,
    reads: fimRequest,
    estimate,
    answers: chatAnswer,
    title: "Fill in the middle",
    text: "Writes code between a `prompt` and a `suffix`, as Mistral's client asks for it.",
  },
  {
    name: "embeddings",
    path: "/v1/embeddings",
    scope: "embeddings",
    ...common,
    reads: { ...wholeRequest("Embeddings"), texts: "input" },
    estimate: estimatePrompt,
    answers: listAnswer("data"),
    title: "Embeddings",
    text: "Makes vectors of texts.",
  },
  {
    name: "rerank",
    path: "/v1/rerank",
    scope: "rerank",
    ...common,
    reads: pairsRequest("Ranks", "query", "documents"),
    estimate: estimatePairs,
    answers: listAnswer("results", "data"),
    native: {
      path: "../rerank",
      texts: "documents",
      translate: translateRanks,
      answers: { ...listAnswer(), mayBeList: true, tokensHeader: "x-compute-tokens" },
    },
    title: "Rerank",
    text: "Orders `documents` by how well they answer a `query`.",
  },
  {
    name: "score",
    path: "/v1/score",
    scope: "rerank",
    ...common,
    reads: pairsRequest("Scores", "text_1", "text_2", "data_1", "data_2", "queries", "documents", "items"),
    estimate: estimatePairs,
    answers: listAnswer("data"),
    title: "Score",
    text: "Says how well texts go together, as vLLM has it.",
  },
  {
    name: "moderations",
    path: "/v1/moderations",
    scope: "moderation",
    ...common,
    reads: wholeRequest("Moderations"),
    estimate: estimatePrompt,
    answers: resultsAnswer,
    title: "Moderations",
    text: "Says what of a text may do harm.",
  },
  {
    name: "chat-moderations",
    path: "/v1/chat/moderations",
    scope: "moderation",
    ...common,
    reads: wholeRequest("Moderations"),
    estimate: estimatePrompt,
    answers: resultsAnswer,
    title: "Moderations of conversations",
    text: "The same of a conversation, as Mistral's client asks for it.",
  },
  {
    name: "classifications",
    path: "/v1/classifications",
    scope: "moderation",
    ...common,
    reads: wholeRequest("Classes"),
    estimate: estimatePrompt,
    answers: resultsAnswer,
    title: "Classifications",
    text: "Puts texts into the classes that a model was trained for.",
  },
  {
    name: "chat-classifications",
    path: "/v1/chat/classifications",
    scope: "moderation",
    ...common,
    reads: wholeRequest("Classes"),
    estimate: estimatePrompt,
    answers: resultsAnswer,
    title: "Classifications of conversations",
    text: "The same of a conversation.",
  },
];
