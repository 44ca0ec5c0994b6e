import { estimatedUsage, usedUnits } from "../calls/used-tokens";
import { drained } from "./client-stream";
import { brokenAnswer, isPlain, type Relay, unusableAnswer } from "./relay";

/**
 * Passes on an answer that is not JSON, such as a recording or plain text, as it arrives and no faster than the
 * client reads. What arrived is charged, even if the answer breaks off.
 *
 * @throws ServerFailure, or the reason of the call's signal; the caller closes the connection if something was sent
 * before
 */
export async function relayBytes({ begun, reserved, outgoing, call, progress, delivers }: Relay): Promise<void> {
  const { response, answers } = begun;
  const { "content-type": type = "application/octet-stream", "content-length": length } = response.headers;
  // The request did not ask for compression.
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
