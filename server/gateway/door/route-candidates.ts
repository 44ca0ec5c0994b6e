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

/** The models that may answer a request, in the order in which they are tried. */
export type Candidates = {
  /** The route in the request; null: the request names a model. */
  route: string | null;
  /** The announced end of the model or route in the request. */
  retirement?: Retirement | undefined;
  /** Returns the next model that the caller may use; undefined: there is none. */
  next(): Promise<AllowedModel | undefined>;
  /** Returns the rehearsal that ends first, if models were skipped because their retirement is rehearsed. */
  rehearsed?(): Retirement | undefined;
};

/**
 * Finds the models that may answer a request for a model or a route. Refuses a model as `modelFor` does, a route that
 * does not exist with 404, and a route that the key's list does not have with 403. The models of a route need not be
 * on the key's list; those that the caller may not use or that do not exist are skipped. A retired model or route is
 * answered by its successor, which need not be on the list either, or refused with 410.
 *
 * @param draft the rule of the route `trialRoute`
 * @throws when the database has to be asked and cannot be
 */
export async function candidatesFor(
  name: string,
  user: ModelUser & { keyId: string | null },
  draft?: RouteRule,
): Promise<Candidates> {
  if (!isRouteId(name)) {
    const retirement = await announcedEnd(name, user.workspaceId);
    // Noted by the id or the name that the key's list has, if it has a list.
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

/** Returns the rehearsal that ends first: the known one, or the other one if that is a rehearsal. */
function firstToEnd(known: Retirement | undefined, other: Retirement): Retirement | undefined {
  if (other.isOver || other.rehearsalEndsAt === null) return known;
  return known?.rehearsalEndsAt && known.rehearsalEndsAt <= other.rehearsalEndsAt ? known : other;
}

/** Returns the successor of what is retired, or refuses with 410. A successor that is retired itself is not used. */
async function ofSuccessor(retirement: Retirement, user: ModelUser & { keyId: string | null }): Promise<Candidates> {
  const { successor, afterwards } = retirement;
  const anyModel = { ...user, models: null };
  const route =
    successor !== null && isRouteId(successor) ? (await routesOf(user.workspaceId)).get(successor) : undefined;
  const next = successor === null ? undefined : await announcedEnd(successor, user.workspaceId);
  const isUsable = next === undefined || !isRetired(next);
  const model = successor !== null && !route && isUsable ? await usable(successor, anyModel) : undefined;
  // A successor that is not for the caller is not mentioned.
  const isThere = isUsable && (route !== undefined || model !== undefined);
  if (afterwards === "refuse" || !isThere) throw retired(retirement, isThere ? successor : null);
  if (route && successor !== null) return { ...(await ofRule(successor, route, user)), retirement };
  return { ...onlyOne(model as AllowedModel), retirement };
}

/**
 * Finds the first model that a request for a model or a route would use. Refuses as `candidatesFor` does, and with
 * 503 a route of which no model can be used.
 *
 * @throws when the database has to be asked and cannot be
 */
export async function firstCandidate(name: string, user: ModelUser & { keyId: string | null }): Promise<AllowedModel> {
  const candidates = await candidatesFor(name, user);
  const found = await candidates.next();
  if (!found) throw noneUsable(candidates);
  return found;
}

/**
 * Refuses a route of which the caller can use no model. When this is only because of a rehearsal, the answer says
 * when it ends.
 */
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
