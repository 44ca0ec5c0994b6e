import { estimatedUsage, usedUnits } from "../calls/used-tokens";
import { drained } from "./client-stream";
import { brokenAnswer, isPlain, type Relay, unusableAnswer } from "./relay";

/**
 * Hands an answer on that is not JSON, a recording or a plain text, as it comes, no faster than the client reads. What of it came is charged,
 * also where it breaks off.
 *
 * @throws ServerFailure, or what the call's signal aborted with; the connection is to be closed where something was sent by then
 */
export async function relayBytes({ begun, reserved, outgoing, call, progress, delivers }: Relay): Promise<void> {
  const { response, answers } = begun;
  const { "content-type": type = "application/octet-stream", "content-length": length } = response.headers;
  // It was not asked to be compressed.
  if (!isPlain(response)) throw unusableAnswer();
  let bytes = 0;
  try {
    await response.read((piece) => {
      progress.noteByte();
      bytes += piece.length;
      progress.used = answers.units
        ? usedUnits(undefined, answers.units(0, reserved.classes ?? {}))
        : estimatedUsage(reserved, Math.ceil(bytes / 4));
      if (!outgoing.headersSent) {
        delivers();
        outgoing.writeHead(200, {
          "content-type": type,
          ...(length !== undefined && { "content-length": length }),
          "cache-control": "no-store",
        });
      }
      return outgoing.write(piece) ? undefined : drained(outgoing);
    });
  } catch (error) {
    call.throwIfEnded();
    response.abort();
    throw brokenAnswer(error, progress);
  }
  if (!outgoing.headersSent) {
    delivers();
    outgoing.writeHead(200, { "content-type": type, "content-length": 0, "cache-control": "no-store" });
  }
  outgoing.end();
}
