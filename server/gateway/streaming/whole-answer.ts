import { readUpTo } from "@/server/platform/http-body";
import { withMembers } from "../calls/json-members";
import { Tally } from "../calls/tally";
import { usageIn } from "../calls/usage-dialects";
import { believedUsage, estimatedUsage, reportedUsage } from "../calls/used-tokens";
import { failures } from "../errors/answer-error";
import { Refusal } from "../errors/errors";
import { watchIdle } from "./idle";
import { isOfType, type Relay } from "./relay";

/** A thousand embeddings of a few thousand numbers each. */
const longestAnswer = 128 * 1024 * 1024;

/**
 * Hands a whole answer on, to the byte but for the model's name where another was asked for. It is looked at first: what
 * is no answer is a 502.
 */
export async function relayWhole({
  operation,
  begun,
  reserved,
  media,
  outgoing,
  call,
  progress,
}: Relay): Promise<void> {
  const { response, rename } = begun;
  const idle = watchIdle(response);
  response.on("data", () => {
    progress.noteByte();
    idle.noteByte();
  });
  let bytes: Buffer | undefined;
  try {
    bytes = isOfType(response, "application/json") ? await readUpTo(response, longestAnswer) : undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    throw error;
  } finally {
    idle.end();
    if (!bytes) response.destroy();
  }
  const answer = bytes && parse(bytes);
  const { choices, data } = answer ?? {};
  if (!bytes || !answer || !Array.isArray(operation === "chat" ? choices : data)) throw new Refusal(failures.unusable);
  const reported = reportedUsage(usageIn(answer), reserved);
  if (reported?.usageSource === "reported") progress.used = reported;
  else {
    const tally = new Tally(media);
    tally.add(choices);
    progress.used = believedUsage(reported, estimatedUsage(reserved, tally));
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
  outgoing.end(sent);
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
