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
 * Hands a whole answer on, to the byte but for the model's name where another was asked for. It is looked at first: what
 * is no answer is a 502, and an error that comes as a success is what it says.
 *
 * @throws ServerFailure, or what the call's signal aborted with
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
  // Of what cannot be handed on nothing is charged, and a batch's line that is sent again for it is charged then.
  progress.used = used;
  await keeper?.save(made ?? wholeOf(answer));
  const sent = made ? await writtenFor(answer, made) : answer.sent(rename);
  delivers();
  // Of a short answer the headers and the body are sent at once, which node:http does with texts only.
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

/** What an answer is charged for. */
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

/** Returns the usage that a header says in tokens, as an answer would. */
const tokensIn = (header: string | string[] | undefined): Members | undefined =>
  typeof header === "string" && /^\d{1,9}$/.test(header)
    ? usageIn({ usage: { total_tokens: Number(header) } })
    : undefined;

/** Bytes up to which copying an answer costs less than sending it apart from its headers. */
const shortAnswer = 4_096;

/** Checks whether what a server has answered is an answer, and not an error that comes as a success. */
function isAnswer(answer: WholeAnswer, { lists, mayHaveError }: AnswerReading): boolean {
  if (lists.length > 0 && !lists.some((name) => answer.hasList(name))) return false;
  return mayHaveError !== false || !answer.hasError;
}

/**
 * Returns what is made of the answer to a translated request, beside what others wait for: it may be long.
 *
 * @throws ServerFailure when nothing can be made of it
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

/** Returns the bytes of what was made of an answer. */
async function writtenFor({ parts }: WholeAnswer, made: Members): Promise<Buffer[]> {
  return (await workOn(parts.length, writeWork(made))).map((text) => Buffer.from(text));
}

/** Returns all that an answer says; nothing where that is more than is kept. */
function wholeOf({ parts }: WholeAnswer): Members {
  if (parts.length > longestKept) return {};
  return (tryParseJson(Buffer.concat(parts.end()), translatedBounds) ?? {}) as Members;
}

/** The tokens of an answer whose server does not say. */
function countTokens({ tree, parts }: WholeAnswer, { count }: AnswerReading, media: MediaRates): number | Tally {
  if (tree === undefined) return Math.ceil(parts.length / 4);
  const tally = new Tally(media);
  count(tree as Members, tally);
  return tally;
}
