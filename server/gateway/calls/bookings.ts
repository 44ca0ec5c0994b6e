import type { ServerResponse } from "node:http";
import type { Offer } from "@/server/model-servers/catalogue";
import { env } from "@/server/platform/env";
import { type Reservation, rebook, reserve } from "@/server/usage/metering";
import type { AllowedModel, ModelUser } from "../door/allowed-models";
import { type Candidates, noneUsable } from "../door/route-candidates";
import type { Endpoint } from "../endpoints/endpoint";
import { isMissing } from "../endpoints/missing";
import { type ApiError, Refusal } from "../errors/errors";
import { limitError, reachedLimit, setLimitHeaders } from "../errors/limit-answers";
import { ServerFailure } from "../errors/upstream-error";
import { offersFor } from "../streaming/forward";
import type { Estimate } from "./estimate";
import type { Asked } from "./request";

/**
 * The next model to ask, for which the highest possible cost is reserved. Without offers the answer is made without a
 * server.
 */
export type Booked = { model: AllowedModel; offers: Offer[]; reserved: Estimate };

/**
 * What all bookings of a request have in common: its caller, its operation in the ledger, and the response whose
 * headers state the limits.
 */
type Common = {
  id: string;
  caller: ModelUser & { keyId: string | null };
  operation: Reservation["operation"];
  batchLine: Reservation["batchLine"];
  outgoing: ServerResponse;
};

/** Reserves the cost of a request for one model after the other of those that may answer it. */
export class Bookings {
  #isHeld = false;
  #problem: unknown;

  constructor(
    private readonly asked: Asked,
    private readonly candidates: Candidates,
    private readonly common: Common,
  ) {}

  /**
   * Reserves for the first model that can take the request.
   *
   * @throws Refusal of the first model when none can; or when the database has to be asked and cannot be
   */
  async first(): Promise<Booked> {
    const booked = await this.next();
    if (!booked) throw this.#problem ?? noneUsable(this.candidates);
    return booked;
  }

  /**
   * Reserves for the next model that can take the request, in place of the model before; undefined: there is none. A
   * model is skipped when it lacks the endpoint, is too small for the request or has no room within its limits, and
   * another one might have.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  async next(): Promise<Booked | undefined> {
    for (let model = await this.candidates.next(); model; model = await this.candidates.next()) {
      try {
        return await this.#book(model);
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof ServerFailure)) throw error;
        this.#problem ??= error;
        if (error instanceof LimitReached && !error.mayAnotherFit) break;
      }
    }
    return undefined;
  }

  async #book(model: AllowedModel): Promise<Booked> {
    const { endpoint, isStreamed, tags, endUser } = this.asked;
    const { id, caller, operation, batchLine, outgoing } = this.common;
    const offers = offersOrNone(endpoint, model.offers);
    const reserved = endpoint.estimate(this.asked, model);
    const { promptTokens, completionTokens, classes } = reserved;
    const reservation: Reservation = {
      id,
      workspaceId: caller.workspaceId,
      keyId: caller.keyId,
      memberId: caller.memberId,
      model: model.id,
      upstreamModel: model.offers[0]?.upstream ?? model.id,
      operation,
      isStreamed,
      promptTokens,
      completionTokens,
      route: this.candidates.route,
      seconds: lapseSeconds(),
    };
    if (classes) reservation.classes = classes;
    if (batchLine) reservation.batchLine = batchLine;
    if (tags) reservation.tags = tags;
    if (endUser) reservation.endUserSent = endUser;
    const answer = await (this.#isHeld ? rebook(reservation) : reserve(reservation));
    if (!outgoing.headersSent) setLimitHeaders(outgoing, answer.isGranted ? answer : reachedLimit(answer));
    if (!answer.isGranted) {
      // Another model may cost less, or have room within its own limit.
      const mayAnotherFit = answer.scope === "model" || answer.reason === "spend";
      throw new LimitReached(limitError(answer, reserved), mayAnotherFit);
    }
    this.#isHeld = true;
    return { model, offers, reserved };
  }
}

/** The refusal of a request for which a limit leaves no room. */
class LimitReached extends Refusal {
  constructor(
    error: ApiError,
    readonly mayAnotherFit: boolean,
  ) {
    super(error);
  }
}

/**
 * Returns the servers to ask, in order; none when the endpoint can answer without a server.
 *
 * @throws ServerFailure when no server has the endpoint
 */
function offersOrNone(endpoint: Endpoint, offers: Offer[]): Offer[] {
  try {
    return offersFor(endpoint, offers);
  } catch (error) {
    if (endpoint.answerWithout && isMissing(error)) return [];
    throw error;
  }
}

/** Returns the seconds after which a reservation counts as lost: longer than any call lasts. */
function lapseSeconds(): number {
  return Math.ceil(env().UPSTREAM_TOTAL_MS / 1_000) + 60;
}
