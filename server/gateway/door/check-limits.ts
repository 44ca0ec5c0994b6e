import type { IncomingMessage, ServerResponse } from "node:http";
import { checkLimits } from "@/server/usage/metering";
import { Refusal } from "../errors/errors";
import { limitError, reachedLimit, setLimitHeaders } from "../errors/limit-answers";
import type { ModelUser } from "./allowed-models";

/** A body up to here costs less than asking the database before it is read. */
const shortBody = 64 * 1024;

/**
 * Refuses a request that a limit leaves no room for, whatever it asks for, before its body is read: too many requests a minute, no tokens left
 * in the minute, or nothing left to spend. Takes nothing of any limit.
 *
 * @throws Refusal 429, 402, or 401 when the key has ended meanwhile; and when the database has to be asked and cannot be
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
