import type { Asked } from "../calls/request";
import { isMissing } from "../endpoints/missing";
import { ServerFailure } from "../errors/upstream-error";
import { isUntranslatable } from "../translate/refusals";
import type { AskedServers } from "./asked-servers";

/** How the models of a route failed that were asked for one request. */
export class RouteFailures {
  readonly #all: { error: unknown; told: number }[] = [];

  constructor(private readonly servers: AskedServers) {}

  /**
   * Notes how a model failed, and says whether the next one may be asked: when its servers could not be reached, did not begin to answer in
   * time, said 429 or 5xx, or lack the endpoint, while nothing of an answer was sent and the request can be sent again.
   */
  mayPassOn(error: unknown, { body }: Asked): boolean {
    const isPassing = error instanceof ServerFailure ? !error.isFinal : isUntranslatable(error);
    if (!isPassing || body.isTaken) return false;
    this.#all.push({ error, told: this.servers.told });
    return true;
  }

  /** Returns the error for the client once no other model is left: the last one of a server that was able to answer such requests. */
  told(): unknown {
    const able = this.#all.findLast(({ error }) => !isMissing(error) && !isUntranslatable(error));
    const found = able ?? this.#all.at(-1);
    if (found && found.told >= 0) this.servers.tell(found.told);
    return found?.error;
  }
}
