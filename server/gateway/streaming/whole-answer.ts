import { JsonError, translatedBounds } from "@/server/platform/json/bounds";
import { tryParseJson } from "@/server/platform/json/parse";
import { parseWork, writeWork } from "@/server/platform/json/work";
import type { MediaRates } from "@/server/platform/settings/models";
import { workOn } from "@/server/platform/turns";
import type { Estimate } from "../calls/estimate";
import { Tally } from "../calls/tally";
import { usageIn } from "../calls/usage-dialects";
import { believedUsage, estimatedUsage, nothingUsed, reportedUsage, type Used, usedUnits } from "../calls/used-tokens";
import type { AnswerReading, Members } from "../endpoints/endpoint";
import { isError, serverFailure, statusIn } from "../errors/upstream-error";
import { longestKept } from "../kept-responses/kept";
import { readAnswer, type WholeAnswer } from "./answer-reader";
import { relayBytes } from "./byte-answer";
import type { UpstreamResponse } from "./questions";
import { brokenAnswer, isOfType, OtherAnswer, type Relay, TooLongAnswer, unusableAnswer } from "./relay";

/**
 * Passes on a whole answer byte for byte, except for the model's name if another one was requested. The answer is
 * checked first: one that is not usable becomes a 502, and an error with a status of success becomes that error.
 *
 * @throws ServerFailure, or the reason of the call's signal
 */
export async function relayWhole(relay: Relay): Promise<void> {
  const { begun, reserved, media, outgoing, call, progress, keeper, delivers } = relay;
  const { response, rename, answers, translated } = begun;
  if (answers.mayBeBytes && !isOfType(response, "application/json")) return await relayBytes(relay);
  let answer: WholeAnswer | undefined;
  try {
    answer = isOfType(response, "application/json")
      ? await readAnswer(response, answers, translated !== undefined, () => progress.noteByte())
      : undefined;
  } catch (error) {
    call.throwIfEnded();
    if (error instanceof TooLongAnswer) throw error;
    throw error instanceof JsonError ? unusableAnswer(error) : brokenAnswer(error, progress);
  } finally {
    response.abort();
  }
  if (!answer || !isAnswer(answer, answers)) {
    const isChat = answers.events.isOwn !== undefined && answer?.hasList("choices") === true;
    if (isChat && !answer?.hasError) throw new OtherAnswer("a chat");
    const said = answer?.tree;
    throw isError(said) ? serverFailure(statusIn(said), said, begun.redact, response.headers) : unusableAnswer();
  }
  const inHeader = answers.tokensHeader && tokensIn(response.headers[answers.tokensHeader]);
  const used = usedFor(answer.usage ?? (inHeader || undefined), answer, answers, reserved, media);
  const made = translated && (await translation(answer, translated, used.usage));
  // An answer that cannot be passed on is not charged. A line of a batch is sent again then, and charged for the new
  // answer.
  progress.used = used;
  await keeper?.save(made ?? wholeOf(answer));
  const sent = made ? await writtenFor(answer, made) : answer.sent(rename);
  delivers();
  // For a short answer, headers and body are sent together, which node:http does only for text.
  const short = sent.length === 1 && answer.parts.length <= shortAnswer ? sent[0]?.toString("latin1") : undefined;
  outgoing.writeHead(200, {
    "content-type": (translated ? undefined : response.headers["content-type"]) ?? "application/json",
    "content-length": sent.reduce((sum, { length }) => sum + length, 0),
    "cache-control": "no-store",
  });
  if (short !== undefined) return void outgoing.end(short, "latin1");
  for (const part of sent.slice(0, -1)) outgoing.write(part);
  outgoing.end(sent.at(-1));
}

/** Returns what an answer is charged for. */
function usedFor(
  said: Members | undefined,
  answer: WholeAnswer,
  answers: AnswerReading,
  reserved: Estimate,
  media: MediaRates,
): Used {
  if (answers.isFree) return nothingUsed;
  const reported = reportedUsage(said, reserved);
  if (answers.units) return usedUnits(reported, answers.units(answer.items, reserved.classes ?? {}));
  if (reported?.usageSource === "reported") return reported;
  const counted = reserved.ceiling > 0 ? countTokens(answer, answers, media) : 0;
  return believedUsage(reported, estimatedUsage(reserved, counted));
}

/** Returns the usage that a header states in tokens, in the form of an answer's usage. */
const tokensIn = (header: string | string[] | undefined): Members | undefined =>
  typeof header === "string" && /^\d{1,9}$/.test(header)
    ? usageIn({ usage: { total_tokens: Number(header) } })
    : undefined;

/** Up to this many bytes, copying an answer costs less than sending it separately from its headers. */
const shortAnswer = 4_096;

/** Checks whether a server's answer is a usable one, and not an error with a status of success. */
function isAnswer(answer: WholeAnswer, { lists, mayHaveError }: AnswerReading): boolean {
  if (lists.length > 0 && !lists.some((name) => answer.hasList(name))) return false;
  return mayHaveError !== false || !answer.hasError;
}

/**
 * Returns the translation of the answer to a translated request. Others are not blocked meanwhile: it may be long.
 *
 * @throws ServerFailure when the answer cannot be translated
 */
async function translation(
  answer: WholeAnswer,
  { request, identity }: NonNullable<UpstreamResponse["translated"]>,
  usage: Used["usage"],
): Promise<Members> {
  try {
    const text = Buffer.concat(answer.parts.end()).toString();
    const said = await workOn(text.length, parseWork(text));
    return request.answer(said, usage ?? undefined, identity);
  } catch (error) {
    throw unusableAnswer(error);
  }
}

/** Returns a translated answer as JSON, in bytes. */
async function writtenFor({ parts }: WholeAnswer, made: Members): Promise<Buffer[]> {
  return (await workOn(parts.length, writeWork(made))).map((text) => Buffer.from(text));
}

/** Returns the parsed answer; an empty object when it is too long. */
function wholeOf({ parts }: WholeAnswer): Members {
  if (parts.length > longestKept) return {};
  return (tryParseJson(Buffer.concat(parts.end()), translatedBounds) ?? {}) as Members;
}

/** Counts the tokens of an answer whose server states no usage. */
function countTokens({ tree, parts }: WholeAnswer, { count }: AnswerReading, media: MediaRates): number | Tally {
  if (tree === undefined) return Math.ceil(parts.length / 4);
  const tally = new Tally(media);
  count(tree as Members, tally);
  return tally;
}
