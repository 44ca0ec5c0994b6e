import { isRouteId, trialRoute } from "@/server/access/route-ids";
import { ModelServerDown } from "@/server/model-servers/catalogue";
import { isRetired } from "@/server/models/retirement/cache";
import type { Retirement } from "@/server/models/retirement/queries";
import { routesOf } from "@/server/models/routes/cache";
import { inTurn } from "@/server/models/routes/in-turn";
import type { RouteRule } from "@/server/models/routes/rule";
import { spentShare } from "@/server/usage/metering";
import { Refusal } from "../errors/errors";
import { rehearsalEnd, retired, secondsLeft } from "../errors/retired";
import { type AllowedModel, isOnList, type ModelUser, modelFor, noSuchModel, notForThisKey } from "./allowed-models";
import { announcedEnd } from "./announced-ends";
import { noteFootprint } from "./key-uses";
import { refuseOthers } from "./retired-models";

/** The models that may answer a request, in the order in which they are asked. */
export type Candidates = {
  /** The route that was asked for; null: a model was. */
  route: string | null;
  /** The announced end of what was asked for. */
  retirement?: Retirement | undefined;
  /** Returns the next one that the caller may use; undefined: there is no other. */
  next(): Promise<AllowedModel | undefined>;
  /** Returns what is rehearsed, if models were passed over for that: what ends first. */
  rehearsed?(): Retirement | undefined;
};

/**
 * Finds what may answer a request for a model or a route. A model is refused as `modelFor` does; a route that is not there with 404, and
 * one that is not for this key with 403. Of a route the key need not be for the models themselves, and those that the caller may not use, or
 * that are not there, are passed over. What is retired is refused with 410, or its successor answers, for which the key need not be either.
 *
 * @param draft what the route `trialRoute` is
 * @throws when the database has to be asked and cannot be
 */
export async function candidatesFor(
  name: string,
  user: ModelUser & { keyId: string | null },
  draft?: RouteRule,
): Promise<Candidates> {
  if (!isRouteId(name)) {
    const retirement = await announcedEnd(name, user.workspaceId);
    // As the key's list has it, if it has one.
    const note = (id: string) => noteFootprint(user, "model", isOnList(user, id, id) ? id : name);
    if (retirement && isRetired(retirement)) {
      await refuseOthers(retirement.modelId, name, user);
      note(retirement.modelId);
      return ofSuccessor(retirement, user);
    }
    const model = await modelFor(name, user);
    note(model.id);
    return { ...onlyOne(model), retirement };
  }
  const rule = name === trialRoute ? draft : (await routesOf(user.workspaceId)).get(name);
  if (!rule) throw noSuchModel(name);
  if (!isOnList(user, name, name)) throw notForThisKey(name);
  noteFootprint(user, "model", name);
  const retirement = await announcedEnd(name, user.workspaceId);
  if (retirement && isRetired(retirement)) return ofSuccessor(retirement, user);
  return { ...(await ofRule(name, rule, user)), retirement };
}

async function ofRule(name: string, rule: RouteRule, user: ModelUser & { keyId: string | null }): Promise<Candidates> {
  const left = await inTurn(rule, () => spentShare(user));
  const anyModel = { ...user, models: null };
  let rehearsal: Retirement | undefined;
  return {
    route: name,
    rehearsed: () => rehearsal,
    async next() {
      for (let model = left.shift(); model !== undefined; model = left.shift()) {
        const found = await usable(model, anyModel, (retirement) => {
          rehearsal = firstToEnd(rehearsal, retirement);
        });
        if (found) return found;
      }
      return undefined;
    },
  };
}

/** Returns the rehearsal that ends first, of one that is known and what may be another one. */
function firstToEnd(known: Retirement | undefined, other: Retirement): Retirement | undefined {
  if (other.isOver || other.rehearsalEndsAt === null) return known;
  return known?.rehearsalEndsAt && known.rehearsalEndsAt <= other.rehearsalEndsAt ? known : other;
}

/** Returns what answers in place of what is retired, or refuses with 410. A successor that is retired as well has none in its place. */
async function ofSuccessor(retirement: Retirement, user: ModelUser & { keyId: string | null }): Promise<Candidates> {
  const { successor, afterwards } = retirement;
  const anyModel = { ...user, models: null };
  const route =
    successor !== null && isRouteId(successor) ? (await routesOf(user.workspaceId)).get(successor) : undefined;
  const next = successor === null ? undefined : await announcedEnd(successor, user.workspaceId);
  const isUsable = next === undefined || !isRetired(next);
  const model = successor !== null && !route && isUsable ? await usable(successor, anyModel) : undefined;
  // Nothing is said of a successor that is not for the caller.
  const isThere = isUsable && (route !== undefined || model !== undefined);
  if (afterwards === "refuse" || !isThere) throw retired(retirement, isThere ? successor : null);
  if (route && successor !== null) return { ...(await ofRule(successor, route, user)), retirement };
  return { ...onlyOne(model as AllowedModel), retirement };
}

/**
 * Finds the model that is asked first for a model or a route. Refuses as `candidatesFor` does, and with 503 a route without any that can be used.
 *
 * @throws when the database has to be asked and cannot be
 */
export async function firstCandidate(name: string, user: ModelUser & { keyId: string | null }): Promise<AllowedModel> {
  const candidates = await candidatesFor(name, user);
  const found = await candidates.next();
  if (!found) throw noneUsable(candidates);
  return found;
}

/** Refuses a route of which no model is there for the caller; and says when one is again, where that is only rehearsed. */
export function noneUsable({ route, rehearsed }: Candidates): Refusal {
  const rehearsal = rehearsed?.();
  const why = rehearsal
    ? `the end of one of them is rehearsed until ${rehearsalEnd(rehearsal)}.`
    : "the page Models, Routes, says why.";
  return new Refusal({
    status: 503,
    message: `None of the models of ${route} can be used: ${why}`,
    type: "server_error",
    code: "route_unavailable",
    param: "model",
    ...(rehearsal && { retryAfter: secondsLeft(rehearsal) }),
  });
}

function onlyOne(model: AllowedModel): Candidates {
  let left: AllowedModel | undefined = model;
  return {
    route: null,
    async next() {
      const found = left;
      left = undefined;
      return found;
    },
  };
}

async function usable(
  name: string,
  user: ModelUser,
  onRetired?: (retirement: Retirement) => void,
): Promise<AllowedModel | undefined> {
  try {
    const retirement = await announcedEnd(name, user.workspaceId);
    if (retirement && isRetired(retirement)) {
      onRetired?.(retirement);
      return undefined;
    }
    return await modelFor(name, user);
  } catch (error) {
    if (error instanceof Refusal || error instanceof ModelServerDown) return undefined;
    throw error;
  }
}
