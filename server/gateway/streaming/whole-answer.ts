import { JsonError } from "@/server/platform/json/bounds";
import { estimatedUsage, reportedUsage, Tally } from "../calls/used-tokens";
import { failures } from "../errors/answer-error";
import { Refusal } from "../errors/errors";
import { readAnswer, type WholeAnswer } from "./answer-reader";
import { watchIdle } from "./idle";
import { isOfType, type Relay } from "./relay";

/**
 * Hands a whole answer on, to the byte but for the model's name where another was asked for. It is looked at first: what
 * is no answer is a 502.
 */
export async function relayWhole({ operation, begun, reserved, outgoing, call, progress }: Relay): Promise<void> {
  const { response, rename } = begun;
  const idle = watchIdle(response);
  response.on("data", () => {
    progress.noteByte();
    idle.noteByte();
  });
  let answer: WholeAnswer | undefined;
  try {
    answer = isOfType(response, "application/json") ? await readAnswer(response) : undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    throw error instanceof JsonError ? new Refusal(failures.unusable, { cause: error }) : error;
  } finally {
    idle.end();
    if (!response.readableEnded) response.destroy();
  }
  if (!answer?.hasList(operation === "chat" ? "choices" : "data")) throw new Refusal(failures.unusable);
  if (answer.usage) progress.used = reportedUsage(answer.usage, reserved);
  else progress.used = estimatedUsage(reserved, operation === "chat" ? countTokens(answer) : 0);
  const sent = answer.sent(rename);
  outgoing.writeHead(200, {
    "content-type": response.headers["content-type"] ?? "application/json",
    "content-length": sent.reduce((sum, { length }) => sum + length, 0),
    "cache-control": "no-store",
  });
  for (const part of sent.slice(0, -1)) outgoing.write(part);
  outgoing.end(sent.at(-1));
}

/** The tokens of a chat's answer whose server does not say. */
function countTokens({ choices, parts }: WholeAnswer): number {
  if (choices === undefined) return Math.ceil(parts.length / 4);
  const tally = new Tally();
  tally.add(choices);
  return tally.tokens;
}
