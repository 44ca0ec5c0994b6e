import type { IncomingMessage } from "node:http";

/** Returns the whole of a message's body, or undefined as soon as it is longer than `most` bytes; the rest is not read. */
export function readUpTo(message: IncomingMessage, most: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void) => {
      message.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      settle();
    };
    const onData = (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= most) return;
      message.pause();
      end(() => resolve(undefined));
    };
    const onEnd = () => end(() => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    const onError = (error: Error) => end(() => reject(error));
    const onClose = () => end(() => reject(new Error("the connection was closed before the body had ended")));
    message.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
    if (message.destroyed && !message.readableEnded) onClose();
  });
}

/** Reads and discards the rest of a body that is not needed, within bounds of size and time. */
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
