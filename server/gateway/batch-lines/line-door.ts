import { randomUUID } from "node:crypto";
import { keyScopes } from "@/server/access/key-scopes";
import {
  type BatchCaller,
  type LineAnswer,
  type LineCall,
  type LineDoor,
  type LineEnds,
  type LineError,
  type LineRequest,
  NotNow,
} from "@/server/batches/door";
import { findLoss } from "@/server/batches/rights/find-loss";
import { lookUp, recall } from "@/server/keys/cache";
import { ceilingOf, withRequest } from "@/server/usage/cost";
import { checkLimits } from "@/server/usage/metering";
import { batchPriceOf, priceOf } from "@/server/usage/prices";
import { longestBody, roomFor } from "../calls/body";
import type { WatchAccess } from "../calls/call";
import { readRequest } from "../calls/request";
import { isOnList, type ModelUser } from "../door/allowed-models";
import { type Bearer, requireScope } from "../door/authenticate";
import { hideModelIds } from "../door/hidden-models";
import { watchKey } from "../door/key-watch";
import { firstCandidate } from "../door/route-candidates";
import type { Endpoint } from "../endpoints/endpoint";
import { endpoints } from "../endpoints/table";
import { type ApiError, invalidKey, Refusal, unavailable } from "../errors/errors";
import { bodyIn } from "../errors/families";
import { limitError } from "../errors/limit-answers";
import { Retired } from "../errors/retired";
import { errorFor } from "../errors/thrown-error";
import { type Charged, complete, type SettledUse } from "../routes/completions";
import { offersFor } from "../streaming/forward";
import { LineResponse, lineRequest } from "./line-exchange";
import { inServerTurn, turnOf } from "./server-turns";

const byPath = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));

function endpointAt(path: string): Endpoint {
  const found = byPath.get(path);
  if (!found) throw new Error(`there is no endpoint ${path}`);
  return found;
}

/** Sends lines of batches through the gateway, as if a program sent them. */
export const lineDoor: LineDoor = {
  findLoss: (caller, path) => findLoss(caller, endpointAt(path).scope),

  async findUsedUp(caller) {
    const answer = await checkLimits(await holderOf(caller), true);
    if (answer.isGranted || answer.reason !== "spend") return undefined;
    const { message, code } = limitError(answer);
    return { message, code, seconds: answer.retryAfterSeconds };
  },

  roomFor(caller, bytes) {
    // Such a line is refused because of its length, so it needs no room.
    if (bytes > longestBody()) return () => {};
    try {
      const held = roomFor(whoseOf(caller), bytes);
      return () => held.release();
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  },

  check: (caller, request) => check(caller, request),
  answer: (caller, call, ends) => answer(caller, call, ends),
};

/** Returns whose bodies a line is counted with: those of the other requests of the key, the member or the workspace. */
const whoseOf = ({ keyId, memberId, workspaceId }: Pick<BatchCaller, "keyId" | "memberId" | "workspaceId">) =>
  keyId ?? memberId ?? workspaceId;

type LineUser = ModelUser & { keyId: string | null };

/**
 * Returns the present caller of a batch. A key that was passed on to the workspace no longer belongs to its former
 * member.
 *
 * @throws Refusal 401 when the key has ended
 */
async function holderOf({ workspaceId, memberId, keyId }: BatchCaller): Promise<LineUser & Pick<Bearer, "scopes">> {
  if (keyId === null) return { workspaceId, memberId, keyId, models: null, scopes: [...keyScopes] };
  const key = recall(keyId) ?? (await lookUp(keyId));
  if (!key?.isLive) throw new Refusal(invalidKey);
  return { workspaceId, memberId: key.memberId, keyId, models: key.models, scopes: key.scopes };
}

/**
 * Returns the present caller of a batch for a request to an endpoint. Refuses with 403 a key without the scope of the
 * endpoint or of batches.
 */
async function userOf(caller: BatchCaller, endpoint: Endpoint): Promise<LineUser> {
  const holder = await holderOf(caller);
  requireScope(holder, "batches");
  requireScope(holder, endpoint.scope);
  return holder;
}

async function check(caller: BatchCaller, { path, body }: LineRequest) {
  const endpoint = endpointAt(path);
  try {
    const user = await userOf(caller, endpoint);
    const asked = await readRequest(endpoint, lineRequest(path, randomUUID(), body), whoseOf(user));
    try {
      const model = await firstCandidate(asked.model, user);
      offersFor(endpoint, model.offers);
      const price = batchPriceOf(priceOf(model.id));
      return { cost: ceilingOf(withRequest(endpoint.estimate(asked, model), price), price) };
    } finally {
      asked.body.release();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, retryAfter } = error.error;
    const left = secondsOf(retryAfter);
    const isRehearsal = error instanceof Retired && left !== undefined;
    // An error that may be gone in a moment says nothing about the line.
    if (isRehearsal || status >= 500 || [408, 429].includes(status)) throw new NotNow(code, error.message, left);
    return lineError(error.error);
  }
}

async function answer(caller: BatchCaller, call: LineCall, ends: LineEnds): Promise<LineAnswer> {
  const { path, model, body, batchId, line } = call;
  const endpoint = endpointAt(path);
  const requestId = randomUUID();
  const incoming = lineRequest(path, requestId, body);
  const outgoing = new LineResponse(incoming);
  let used: SettledUse = { promptTokens: 0, completionTokens: 0, cost: 0, isCharged: false };
  let written = Promise.resolve();
  let refused: ApiError | undefined;
  try {
    const user = await userOf(caller, endpoint);
    const [offer] = (await firstCandidate(model, user)).offers;
    let noteWritten = () => {};
    const writing = new Promise<void>((resolve) => {
      noteWritten = resolve;
    });
    const charged: Charged = {
      as: user,
      again: () => userOf(caller, endpoint),
      watch: (asked) => watch(user, endpoint, asked, ends),
      batch: {
        line: { batchId, line },
        settled(settled) {
          used = settled;
          written = writing;
        },
        written: noteWritten,
      },
    };
    await inServerTurn(turnOf(offer?.server, model), () => {
      ends.onBegun?.();
      return complete(incoming, outgoing, endpoint, charged);
    });
  } catch (error) {
    refused = errorFor(error, incoming, outgoing) ?? unavailable;
  }
  const common = { requestId, used, written };
  const given = outgoing.body;
  if (!refused && given)
    return {
      ...common,
      status: 200,
      body: onOneLine(given.toString("utf8")),
      retryAfterSeconds: undefined,
      mayRetry: false,
    };
  const error = refused ?? unavailable;
  const { status, retryAfter, shouldRetry } = error;
  return {
    ...common,
    ...{ status, error: lineError(error), body: await bodyOf(caller, error, requestId) },
    ...{ retryAfterSeconds: secondsOf(retryAfter), mayRetry: shouldRetry !== false },
  };
}

/** Watches everything that ends a request with a key, except the address, since a batch has none. */
function watch(user: LineUser, { scope }: Endpoint, model: { id: string; name: string }, ends: LineEnds): WatchAccess {
  return (end) => {
    const { keyId } = user;
    const may = (key: Pick<Bearer, "scopes" | "models">) =>
      key.scopes.includes("batches") && key.scopes.includes(scope) && isOnList(key, model.id, model.name);
    const unwatch = keyId === null ? () => {} : watchKey(keyId, may, end);
    const [onStop, onLoss] = [() => end("stop"), () => end("person")];
    ends.stopping.addEventListener("abort", onStop);
    ends.lost.addEventListener("abort", onLoss);
    if (ends.stopping.aborted) queueMicrotask(onStop);
    return () => {
      unwatch();
      ends.stopping.removeEventListener("abort", onStop);
      ends.lost.removeEventListener("abort", onLoss);
    };
  };
}

const lineError = ({ status, code, message, param }: ApiError): LineError => ({
  ...{ status, code, message },
  param: param ?? null,
});

/** Returns the body of an error as a program gets it, without the ids of models that are hidden from the caller. */
async function bodyOf(caller: BatchCaller, error: ApiError, requestId: string): Promise<string> {
  const said = (each: ApiError) => JSON.stringify(bodyIn("openai", each, requestId));
  return hideModelIds(caller, said(error)).catch(() => said(unavailable));
}

/** Puts JSON on one line. Line breaks only occur between its values, where they mean a space. */
const onOneLine = (json: string) => json.trim().replace(/[\r\n]+/g, " ");

/** Returns the seconds that an error asks to wait. Some servers write a date. */
function secondsOf(retryAfter: ApiError["retryAfter"]): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return seconds;
  const at = Date.parse(String(retryAfter));
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1_000);
}
