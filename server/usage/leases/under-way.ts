import { ceilingOf, withRequest } from "../cost";
import type { Price } from "../prices";
import type { Reservation } from "../reservation";
import type { Limits } from "./budget";
import { type Begun, columnsOf, type Held } from "./exchange";
import type { Asking, Need } from "./pool";

/** A request under way, with what it has reserved. */
export type UnderWay = Held & {
  needs: Need[];
  instance: string;
  begunAt: number;
  /** Whether the database knows of this request (`isKnown`), and in its present form (`isCurrent`). */
  isKnown: boolean;
  isCurrent: boolean;
};

/** Returns what a request needs of its limits. */
export function askingOf(reservation: Reservation, price: Price, limits: Limits): Asking {
  const { workspaceId, model, tags, endUser, promptTokens, completionTokens } = reservation;
  const cost = ceilingOf(withRequest(reservation, price), price);
  return { workspaceId, model, tags, endUser, tokens: promptTokens + completionTokens, cost, limits };
}

/** Returns what the database is told about a request under way. */
export function begunOf(each: UnderWay, now: number): Begun {
  const { promptTokens, completionTokens, seconds } = each.reservation;
  const tokens = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
  const { classes } = withRequest(each.reservation, each.price);
  return { ...columnsOf(each, classes), ...tokens, seconds, age_ms: now - each.begunAt };
}
