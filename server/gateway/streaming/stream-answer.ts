import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { failures } from "../errors/answer-error";
import { Refusal } from "../errors/errors";
import { EventReader } from "./event-reader";
import { watchIdle } from "./idle";
import { isOfType, type Relay } from "./relay";
import { StreamEvents } from "./stream-events";

/** An event with the numbers behind a picture or many probabilities may be long; one that never ends is not kept. */
const longestEvent = 4 * 1024 * 1024;
/** How long a server may take to end its answer after it has said that it is done. */
const endMs = 1_000;

/**
 * Hands a stream on as it comes, no faster than the client reads: while that does not, nothing is read of the server's
 * either. Whole events only, so that an error can follow any of them. Resolves once the stream is at its end.
 *
 * @throws Refusal, or what the call's signal aborted with; whatever was sent by then has been sent
 */
export async function relayStream({ begun, reserved, media, outgoing, call, progress }: Relay): Promise<void> {
  const { response } = begun;
  if (!isOfType(response, "text/event-stream")) {
    response.destroy();
    throw new Refusal(failures.unusable);
  }
  const reader = new EventReader(longestEvent);
  const events = new StreamEvents(reserved, begun, media);
  const idle = watchIdle(response);
  const send = async (bytes: Buffer) => {
    if (bytes.length === 0) return;
    begin(outgoing, response);
    if (outgoing.write(bytes)) return;
    idle.hold();
    await once(outgoing, "drain", { signal: call.signal });
    idle.noteByte();
  };
  try {
    for await (const piece of response.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      progress.noteByte();
      idle.noteByte();
      await send(passed(events, reader.push(piece), piece));
      if (events.isDone) break;
    }
    if (!events.isDone) {
      const rest = reader.rest();
      await send(passed(events, rest.length > 0 ? [rest] : [], rest));
    }
    if (!events.isComplete) throw new Error("the stream ended before the answer did");
  } catch (error) {
    call.signal.throwIfAborted();
    response.destroy();
    throw error;
  } finally {
    idle.end();
    progress.used = events.used;
  }
  begin(outgoing, response);
  outgoing.end();
  endSoon(response);
}

/** What of these events is passed on, in one piece: the one they came in if all of it is. */
function passed(events: StreamEvents, all: Buffer[], piece: Buffer): Buffer {
  const parts: Buffer[] = [];
  let isUntouched = true;
  for (const event of all) {
    const part = events.pass(event);
    if (part) parts.push(part);
    if (part !== event) isUntouched = false;
    if (events.isDone) break;
  }
  const [first, ...others] = parts;
  if (!first) return Buffer.alloc(0);
  if (others.length === 0) return first;
  return isUntouched && sumOf(parts) === piece.length ? piece : Buffer.concat(parts);
}

const sumOf = (parts: Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);

function begin(outgoing: ServerResponse, response: IncomingMessage): void {
  if (outgoing.headersSent) return;
  outgoing.writeHead(200, {
    "content-type": response.headers["content-type"] ?? "text/event-stream",
    "cache-control": "no-store",
    // Proxies in front are not to gather what comes piece by piece.
    "x-accel-buffering": "no",
  });
}

/** Lets an answer that has said everything come to its end, so that its connection can be used again. */
function endSoon(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), endMs);
  response.once("close", () => clearTimeout(timer));
  response.resume();
}
