import type { IncomingMessage } from "node:http";

/** Reads and discards the rest of a body, at most `most` bytes and for at most `ms` milliseconds. */
export function discard(incoming: IncomingMessage, most: number, ms: number): Promise<void> {
  if (incoming.readableEnded || incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const end = () => {
      clearTimeout(timer);
      incoming.off("data", onData).off("end", end).off("error", end).off("close", end);
      incoming.pause();
      resolve();
    };
    const onData = (part: Buffer) => {
      size += part.length;
      if (size > most) end();
    };
    const timer = setTimeout(end, ms);
    incoming.on("data", onData).on("end", end).on("error", end).on("close", end);
    incoming.resume();
  });
}

/** Thrown when a client has sent no byte of its body for too long. */
export class BodyStalled extends Error {
  override readonly name = "BodyStalled";
}

/**
 * Passes a message's body to `take`, piece by piece, as it arrives. If `take` returns a promise, reading pauses until
 * that is resolved. Resolves at the end of the body.
 *
 * @throws (rejects) the error of `take`, BodyStalled after `stallMs` without a byte, and an error when the connection
 * ends before the body does; the rest of the body is then not read
 */
export function eachPiece(
  message: IncomingMessage,
  take: (piece: Buffer) => Promise<void> | undefined,
  stallMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let isWorking = false;
    let hasEnded = false;
    const end = (error?: unknown) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      message.off("data", onData).off("end", onEnd).off("error", end).off("close", onClose);
      if (error === undefined) return resolve();
      message.pause();
      reject(error);
    };
    const waitFor = (work: Promise<void>) => {
      message.pause();
      clearTimeout(timer);
      isWorking = true;
      work.then(() => {
        isWorking = false;
        if (isOver) return;
        if (hasEnded) return end();
        timer = setTimeout(stall, stallMs);
        message.resume();
      }, end);
    };
    const onData = (piece: Buffer) => {
      timer.refresh();
      try {
        const work = take(piece);
        if (work) waitFor(work);
      } catch (error) {
        end(error ?? new Error("a piece of the body could not be taken"));
      }
    };
    // The end event can arrive while `take` still works on the last piece.
    const onEnd = () => {
      hasEnded = true;
      if (!isWorking) end();
    };
    const onClose = () => hasEnded || end(new Error("the connection was closed before the body had ended"));
    const stall = () => end(new BodyStalled("nothing more of the body comes"));
    let timer = setTimeout(stall, stallMs);
    message.on("data", onData).on("end", onEnd).on("error", end).on("close", onClose);
    if (message.destroyed && !message.readableEnded) onClose();
  });
}
