import { readUpTo } from "@/server/platform/http-body";
import { withMembers } from "../calls/json-members";
import { estimatedUsage, reportedUsage, Tally } from "../calls/used-tokens";
import { isError, serverFailure, statusIn } from "../errors/upstream-error";
import { endResponse } from "./client-stream";
import { watchIdle } from "./idle";
import { brokenAnswer, isOfType, type Relay, unusableAnswer } from "./relay";

/** A thousand embeddings of a few thousand numbers each. */
const longestAnswer = 128 * 1024 * 1024;

/**
 * Hands a whole answer on, to the byte but for the model's name where another was asked for. It is looked at first: what
 * is no answer is a 502, and an error that comes as a success is what it says.
 *
 * @throws ServerFailure, or what the call's signal aborted with
 */
export async function relayWhole({ operation, begun, reserved, outgoing, call, progress }: Relay): Promise<void> {
  const { response, rename } = begun;
  const idle = watchIdle(response, begun.askedAt);
  response.on("data", () => {
    progress.noteByte();
    idle.noteByte();
  });
  let bytes: Buffer | undefined;
  try {
    bytes = isOfType(response, "application/json") ? await readUpTo(response, longestAnswer) : undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    throw brokenAnswer(error, progress);
  } finally {
    idle.end();
    if (!bytes) response.destroy();
  }
  const answer = bytes && parse(bytes);
  const { choices, data } = answer ?? {};
  const isAnswer = Array.isArray(operation === "chat" ? choices : data);
  if (answer && !isAnswer && isError(answer)) throw serverFailure(statusIn(answer), answer, response.headers);
  if (!bytes || !answer || !isAnswer) throw unusableAnswer();
  if (typeof answer.usage === "object" && answer.usage !== null) progress.used = reportedUsage(answer.usage, reserved);
  else {
    const tally = new Tally();
    tally.add(choices);
    progress.used = estimatedUsage(reserved, tally.tokens);
  }
  const sent =
    rename === undefined || typeof answer.model !== "string"
      ? bytes
      : Buffer.from(withMembers(bytes.toString("utf8"), { model: JSON.stringify(rename) }));
  outgoing.writeHead(200, {
    "content-type": response.headers["content-type"] ?? "application/json",
    "content-length": sent.length,
    "cache-control": "no-store",
  });
  endResponse(outgoing, sent);
}

function parse(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
