import type { Asked } from "../calls/request";
import { isMissing } from "../endpoints/missing";
import { ServerFailure } from "../errors/upstream-error";
import { isUntranslatable } from "../translate/refusals";
import type { AskedServers } from "./asked-servers";

/** The failures of the models of a route that were tried for one request. */
export class RouteFailures {
  readonly #all: { error: unknown; told: number }[] = [];

  constructor(private readonly servers: AskedServers) {}

  /**
   * Notes the failure of a model and returns whether the next one may be tried: its servers could not be reached, did
   * not begin to answer in time, answered 429 or 5xx, or lack the endpoint; nothing of an answer was sent, and the
   * request can be sent again.
   */
  mayPassOn(error: unknown, { body }: Asked): boolean {
    const isPassing = error instanceof ServerFailure ? !error.isFinal : isUntranslatable(error);
    if (!isPassing || body.isTaken) return false;
    this.#all.push({ error, told: this.servers.told });
    return true;
  }

  /** Returns the error for the client when no model is left: the last one of a server that has the endpoint. */
  told(): unknown {
    const able = this.#all.findLast(({ error }) => !isMissing(error) && !isUntranslatable(error));
    const found = able ?? this.#all.at(-1);
    if (found && found.told >= 0) this.servers.tell(found.told);
    return found?.error;
  }
}
