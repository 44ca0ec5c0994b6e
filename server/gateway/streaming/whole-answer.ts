import { JsonError } from "@/server/platform/json/bounds";
import type { MediaRates } from "@/server/platform/settings/models";
import { Tally } from "../calls/tally";
import { believedUsage, estimatedUsage, reportedUsage } from "../calls/used-tokens";
import { isError, serverFailure, statusIn } from "../errors/upstream-error";
import { readAnswer, type WholeAnswer } from "./answer-reader";
import { brokenAnswer, isOfType, type Relay, unusableAnswer } from "./relay";

/**
 * Hands a whole answer on, to the byte but for the model's name where another was asked for. It is looked at first: what
 * is no answer is a 502, and an error that comes as a success is what it says.
 *
 * @throws ServerFailure, or what the call's signal aborted with
 */
export async function relayWhole({
  operation,
  begun,
  reserved,
  media,
  outgoing,
  call,
  progress,
  delivers,
}: Relay): Promise<void> {
  const { response, rename } = begun;
  let answer: WholeAnswer | undefined;
  try {
    answer = isOfType(response, "application/json") ? await readAnswer(response, () => progress.noteByte()) : undefined;
  } catch (error) {
    call.throwIfEnded();
    throw error instanceof JsonError ? unusableAnswer(error) : brokenAnswer(error, progress);
  } finally {
    response.abort();
  }
  if (!answer?.hasList(operation === "chat" ? "choices" : "data")) {
    const said = answer?.tree;
    throw isError(said) ? serverFailure(statusIn(said), said, response.headers) : unusableAnswer();
  }
  const reported = reportedUsage(answer.usage, reserved);
  if (reported?.usageSource === "reported") progress.used = reported;
  else {
    const counted = operation === "chat" ? countTokens(answer, media) : 0;
    progress.used = believedUsage(reported, estimatedUsage(reserved, counted));
  }
  const sent = answer.sent(rename);
  delivers();
  // Of a short answer the headers and the body are sent at once, which node:http does with texts only.
  const short = sent.length === 1 && answer.parts.length <= shortAnswer ? sent[0]?.toString("latin1") : undefined;
  outgoing.writeHead(200, {
    "content-type": response.headers["content-type"] ?? "application/json",
    "content-length": sent.reduce((sum, { length }) => sum + length, 0),
    "cache-control": "no-store",
  });
  if (short !== undefined) return void outgoing.end(short, "latin1");
  for (const part of sent.slice(0, -1)) outgoing.write(part);
  outgoing.end(sent.at(-1));
}

/** Bytes up to which copying an answer costs less than sending it apart from its headers. */
const shortAnswer = 4_096;

/** The tokens of a chat's answer whose server does not say. */
function countTokens({ tree, parts }: WholeAnswer, media: MediaRates): number | Tally {
  if (tree === undefined) return Math.ceil(parts.length / 4);
  const tally = new Tally(media);
  tally.add((tree as { choices?: unknown }).choices);
  return tally;
}
