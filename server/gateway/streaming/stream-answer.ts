import type { IncomingMessage } from "node:http";
import { tryParseJson } from "@/server/platform/json/parse";
import { readError } from "../errors/answer-error";
import { isError, ServerFailure, serverFailure, statusIn } from "../errors/upstream-error";
import type { ClientStream } from "./client-stream";
import { EventReader } from "./event-reader";
import { watchIdle } from "./idle";
import { brokenAnswer, isOfType, type Relay, unusableAnswer } from "./relay";
import { StreamEvents, UnusableEvent } from "./stream-events";

/** An event with the numbers behind a picture or many probabilities may be long; one that never ends is not kept. */
const longestEvent = 4 * 1024 * 1024;
/** How long a server may take to end its answer after it has said that it is done. */
const endMs = 1_000;

/**
 * Hands a stream on as it comes, no faster than the client reads: while that does not, nothing is read of the server's
 * either. Whole events only, so that an error can follow any of them; those before an error are sent, in whatever pieces they came.
 * Resolves once the stream is at its end.
 *
 * @throws ServerFailure, or what the call's signal aborted with; whatever was sent by then has been sent
 */
export async function relayStream(
  { begun, reserved, media, call, progress, delivers }: Relay,
  client: ClientStream,
): Promise<void> {
  const { response } = begun;
  if (!isOfType(response, "text/event-stream")) throw await errorInstead(response);
  const reader = new EventReader(longestEvent);
  const events = new StreamEvents(reserved, begun, media);
  const idle = watchIdle(response, begun.askedAt);
  const type = response.headers["content-type"];
  const send = async (all: Buffer[], piece: Buffer) => {
    const { bytes, error } = passed(events, all, piece);
    if (bytes.length > 0) delivers();
    if (bytes.length > 0 && !client.send(bytes, type)) {
      idle.hold();
      await client.drained();
      idle.noteByte();
    }
    if (error) throw error;
  };
  try {
    for await (const piece of response.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      progress.noteByte();
      idle.noteByte();
      await send(reader.push(piece), piece);
      if (events.isDone) break;
      if (reader.isTooLong) throw new Error("an event is too long");
    }
    if (!events.isDone) {
      const rest = reader.rest();
      await send(rest.length > 0 ? [rest] : [], rest);
    }
    if (!events.isComplete) throw new Error("the stream ended before the answer did");
  } catch (error) {
    call.signal.throwIfAborted();
    response.destroy();
    if (error instanceof UnusableEvent) throw unusableAnswer(error);
    if (!(error instanceof ServerFailure)) throw brokenAnswer(error, progress);
    throw events.hasChunks ? error.asFinal() : error;
  } finally {
    idle.end();
    progress.used = events.used;
  }
  client.end();
  endSoon(response);
}

/** Returns what of these events is passed on, in one piece: the one they came in if all of it is. With an error, what came before it. */
function passed(events: StreamEvents, all: Buffer[], piece: Buffer): { bytes: Buffer; error?: unknown } {
  const parts: Buffer[] = [];
  let isUntouched = true;
  let failure: { error?: unknown } = {};
  for (const event of all) {
    let part: Buffer | undefined;
    try {
      part = events.pass(event);
    } catch (error) {
      failure = { error };
      break;
    }
    if (part) parts.push(part);
    if (part !== event) isUntouched = false;
    if (events.isDone) break;
  }
  const [first, ...others] = parts;
  if (!first) return { bytes: Buffer.alloc(0), ...failure };
  if (others.length === 0) return { bytes: first, ...failure };
  const isWhole = isUntouched && sumOf(parts) === piece.length;
  return { bytes: isWhole ? piece : Buffer.concat(parts), ...failure };
}

const sumOf = (parts: Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);

/** Returns what a server says that answers with something else than a stream. */
async function errorInstead(response: IncomingMessage): Promise<ServerFailure> {
  const said = isOfType(response, "application/json") ? tryParseJson(await readError(response)) : undefined;
  response.destroy();
  return isError(said) ? serverFailure(statusIn(said), said, response.headers) : unusableAnswer();
}

/** Lets an answer that has said everything come to its end, so that its connection can be used again. */
function endSoon(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), endMs);
  response.once("close", () => clearTimeout(timer));
  response.resume();
}
