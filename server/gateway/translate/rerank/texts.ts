import type { Used } from "@/server/usage/cost";
import { isMissing, type Members, membersOf, present } from "../members";
import { malformed } from "../refusals";
import type { AnswerIdentity, NativeRequest } from "../translation";

/** What is sent on as it is: what text-embeddings-inference has beside the query and the texts. */
const passed = ["truncate", "truncation_direction", "raw_scores"] as const;
const known = new Set<string>([...passed, "model", "query", "documents", "top_n", "return_documents"]);
/** What says how a request is kept or counted. */
const ignored = new Set(["user", "metadata", "safety_identifier", "stream", "stream_options"]);

/**
 * Makes of a request for ranks, as Cohere, Jina and vLLM have it, what text-embeddings-inference is asked: `{query, texts}`, without a model, of which
 * it has one. Its answer, a list of `{index, score}`, becomes ranks, the best first.
 *
 * @throws Refusal 400 for what is not as the API documents it
 */
export function translateRanks(body: Members): NativeRequest {
  const { query, documents, top_n: topN, return_documents: returnDocuments } = body;
  if (typeof query !== "string") throw malformed("query", "text");
  if (!Array.isArray(documents) || documents.length === 0) throw malformed("documents", "a list of texts");
  const texts = documents.map((document, i) => {
    const text = typeof document === "string" ? document : membersOf(document)?.text;
    if (typeof text !== "string") throw malformed(`documents.${i}`, "text");
    return text;
  });
  if (!isMissing(topN) && !(Number.isInteger(topN) && (topN as number) > 0))
    throw malformed("top_n", "a whole number of 1 or more");
  const most = isMissing(topN) ? texts.length : (topN as number);
  return {
    texts: "texts",
    body: { query, texts, ...present(Object.fromEntries(passed.map((name) => [name, body[name]]))) },
    leftOut: Object.keys(body).filter((name) => !known.has(name) && !ignored.has(name) && !isMissing(body[name])),
    answer(said, used, identity) {
      const ranks = ranksIn(said, texts.length).slice(0, most);
      const results = ranks.map(({ index, score }) => ({
        ...{ index, relevance_score: score },
        ...(returnDocuments === true && { document: { text: texts[index] } }),
      }));
      return rankAnswer(results, used, identity);
    },
  };
}

function rankAnswer(results: Members[], used: Used | undefined, { id, model }: AnswerIdentity): Members {
  const usage = used && { prompt_tokens: used.promptTokens, total_tokens: used.promptTokens };
  return { id: `rerank-${id}`, model, results, ...(usage && { usage }) };
}

type Rank = { index: number; score: number };

/** Reads a list of ranks of so many texts, each at most once, the best first. @throws Error when it is none */
function ranksIn(said: unknown, count: number): Rank[] {
  // Some servers that have this path put the list into an object.
  const list = Array.isArray(said) ? said : membersOf(said)?.results;
  if (!Array.isArray(list)) throw new Error("ranks are no list");
  const seen = new Set<number>();
  const ranks = list.map((each): Rank => {
    const { index, score, relevance_score: relevance } = membersOf(each) ?? {};
    const value = score ?? relevance;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= count || seen.has(index as number))
      throw new Error("a rank is of no text, or of one that has another");
    if (typeof value !== "number") throw new Error("a rank has no score");
    seen.add(index as number);
    return { index: index as number, score: value };
  });
  return ranks.sort((one, other) => other.score - one.score);
}
