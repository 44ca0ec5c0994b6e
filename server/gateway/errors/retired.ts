import type { ServerResponse } from "node:http";
import { rehearsalMinutes } from "@/server/models/retirement/input";
import type { Retirement } from "@/server/models/retirement/queries";
import { Refusal } from "./errors";

/**
 * A request for a model or a route that is retired, or whose retirement is rehearsed: that one says when the rehearsal ends, and what can wait, as a batch
 * can, goes on then.
 */
export class Retired extends Refusal {
  constructor(
    readonly retirement: Retirement,
    message: string,
  ) {
    super({
      status: 410,
      message,
      type: "invalid_request_error",
      code: "model_retired",
      param: "model",
      ...(!retirement.isOver && { retryAfter: secondsLeft(retirement) }),
      shouldRetry: false,
    });
  }
}

/** Returns in how many seconds a rehearsal ends. Clocks may differ: never less than one, never more than it takes. */
export function secondsLeft({ rehearsalEndsAt }: Retirement): number {
  const seconds = Math.ceil(((rehearsalEndsAt?.getTime() ?? 0) - Date.now()) / 1_000);
  return Math.min(Math.max(seconds, 1), rehearsalMinutes * 60);
}

/** Says at what time a rehearsal ends. */
export const rehearsalEnd = ({ rehearsalEndsAt }: Retirement): string =>
  `${rehearsalEndsAt?.toISOString().slice(11, 16)} UTC`;

/** Refuses what is retired. `successor`: what the caller may use in its place; null: nothing is known. */
export function retired(retirement: Retirement, successor: string | null): Retired {
  const { modelId, isOver, retiresAt } = retirement;
  const instead = successor === null ? "" : ` Use ${successor} instead.`;
  const day = retiresAt.toISOString().slice(0, 10);
  return new Retired(
    retirement,
    isOver
      ? `${modelId} was retired on ${day}.${instead}`
      : `${modelId} will be retired on ${day}, and this is a rehearsal until ${rehearsalEnd(retirement)}.${instead}`,
  );
}

/** Says in an answer's headers since when a model is deprecated (RFC 9745), and when it ends or ended (RFC 8594). */
export function tellRetirement(outgoing: ServerResponse, { announcedAt, retiresAt }: Retirement): void {
  outgoing.setHeader("Deprecation", `@${Math.floor(announcedAt.getTime() / 1_000)}`);
  outgoing.setHeader("Sunset", retiresAt.toUTCString());
}
