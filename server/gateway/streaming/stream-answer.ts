import { tryParseJson } from "@/server/platform/json/parse";
import { readError } from "../errors/answer-error";
import { isError, ServerFailure, serverFailure, statusIn } from "../errors/upstream-error";
import type { ClientStream } from "./client-stream";
import { EventReader } from "./event-reader";
import { brokenAnswer, isOfType, OtherAnswer, type Relay, unusableAnswer } from "./relay";
import { StreamEvents, UnusableEvent } from "./stream-events";

/**
 * The longest event, in bytes. An event with an image or many probabilities can be long; one that does not end must
 * not be kept.
 */
const longestEvent = 4 * 1024 * 1024;
/** How long a server may take to end its answer after it has said that it is complete, in milliseconds. */
const endMs = 1_000;

/**
 * Passes a stream on as it arrives, no faster than the client reads: while the client does not read, the server's
 * stream is not read either. Only whole events are sent, so that an error event can follow at any time. Events before
 * an error are sent, however the pieces were split. Resolves at the end of the stream.
 *
 * @throws ServerFailure, or the reason of the call's signal; events may have been sent before
 */
export async function relayStream(
  { begun, reserved, media, call, progress, keeper, delivers }: Relay,
  client: ClientStream,
): Promise<void> {
  const { response } = begun;
  if (!isOfType(response, "text/event-stream")) throw await errorInstead(begun);
  const reader = new EventReader(begun.answers.events.longest ?? longestEvent);
  const { translated, answers } = begun;
  const translator = translated?.request.stream?.(translated.identity);
  const changes = {
    hasAddedUsage: begun.hasAddedUsage,
    redact: begun.redact,
    translator,
    ...(begun.rename && { rename: begun.rename }),
  };
  const events = new StreamEvents(reserved, answers, changes, media);
  const type = translated ? undefined : response.headers["content-type"];
  if (translator) client.failureEvent = (error) => translator.fail(error);
  /** Sends events. Returns a promise when the client has to be waited for. */
  const send = (all: Buffer[], piece: Buffer): Promise<void> | undefined => {
    const { bytes, failure } = passed(events, all, piece);
    return save()?.then(() => hand(bytes, failure)) ?? hand(bytes, failure);
  };
  /** Keeps the complete answer, before a program can refer to it. */
  const save = (): Promise<void> | undefined => {
    const { whole } = events;
    if (!keeper || !whole || isSaved) return undefined;
    isSaved = true;
    return keeper.save(whole);
  };
  let isSaved = false;
  const hand = (bytes: Buffer, failure: Failure): Promise<void> | undefined => {
    if (bytes.length > 0) delivers();
    const drained = bytes.length > 0 ? handBytes(bytes, failure) : undefined;
    const check = (): undefined => {
      if (failure) throw failure.error;
      if (events.isDone) response.stop(endMs);
      else if (reader.isTooLong) throw new Error("an event is too long");
    };
    return drained?.then(check) ?? check();
  };
  const handBytes = (bytes: Buffer, failure: Failure): Promise<void> | undefined => {
    if (events.isDone && !failure) return void client.sendLast(bytes, type);
    return client.send(bytes, type) ? undefined : client.drained();
  };
  try {
    await response.read((piece) => {
      progress.noteByte();
      return send(reader.push(piece), piece);
    });
    if (!events.isDone) {
      const rest = reader.rest();
      await send(rest.length > 0 ? [rest] : [], rest);
    }
    if (!events.isComplete) throw new Error("the stream ended before the answer did");
    const last = events.end();
    await save();
    if (last) client.send(last);
  } catch (error) {
    call.throwIfEnded();
    response.abort();
    if (error instanceof OtherAnswer) throw error;
    if (error instanceof UnusableEvent) throw unusableAnswer(error);
    if (!(error instanceof ServerFailure)) throw brokenAnswer(error, progress);
    throw events.hasChunks ? error.asFinal() : error;
  } finally {
    progress.used = events.used;
  }
  client.end();
}

/**
 * Returns the part of these events that is passed on, in one piece; the original piece if all of it is. With a
 * failure, the events before it.
 */
function passed(events: StreamEvents, all: Buffer[], piece: Buffer): { bytes: Buffer; failure?: Failure } {
  const parts: Buffer[] = [];
  let isUntouched = true;
  let failed: { failure?: Failure } = {};
  for (const event of all) {
    let part: Buffer | undefined;
    try {
      part = events.pass(event);
    } catch (error) {
      failed = { failure: { error } };
      break;
    }
    if (part) parts.push(part);
    if (part !== event) isUntouched = false;
    if (events.isDone) break;
  }
  const [first, ...others] = parts;
  if (!first) return { bytes: noBytes, ...failed };
  if (others.length === 0) return { bytes: first, ...failed };
  const isWhole = isUntouched && sumOf(parts) === piece.length;
  return { bytes: isWhole ? piece : Buffer.concat(parts), ...failed };
}

type Failure = { error: unknown } | undefined;

const noBytes = Buffer.alloc(0);
const sumOf = (parts: Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);

/** Returns the failure when a server answers with something else than a stream. */
async function errorInstead({ response, redact }: Relay["begun"]): Promise<ServerFailure> {
  const said = isOfType(response, "application/json") ? tryParseJson(await readError(response)) : undefined;
  response.abort();
  return isError(said) ? serverFailure(statusIn(said), said, redact, response.headers) : unusableAnswer();
}
