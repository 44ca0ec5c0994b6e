import type { IncomingMessage, ServerResponse } from "node:http";
import { checkLimits } from "@/server/usage/metering";
import { Refusal } from "../errors/errors";
import { limitError, reachedLimit, setLimitHeaders } from "../errors/limit-answers";
import type { ModelUser } from "./allowed-models";

/** Reading a body up to this size costs less than asking the database before. */
const shortBody = 64 * 1024;

/**
 * Refuses a request for which a limit leaves no room, whatever it contains, before its body is read: too many
 * requests per minute, no tokens left in this minute, or nothing left to spend. Reserves nothing.
 *
 * @throws Refusal 429, 402, or 401 when the key has ended meanwhile; and when the database has to be asked and cannot
 * be
 */
export async function refuseUsedUp(
  { workspaceId, memberId, keyId }: ModelUser & { keyId: string | null },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const isShort = Number(incoming.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= shortBody;
  const answer = await checkLimits({ workspaceId, memberId, keyId }, !isShort);
  if (answer.isGranted) return;
  setLimitHeaders(outgoing, reachedLimit(answer));
  throw new Refusal(limitError(answer));
}
