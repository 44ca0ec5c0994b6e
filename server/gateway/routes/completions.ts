import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeyScope } from "@/server/access/key-scopes";
import { isWithin } from "@/server/keys/address-ranges";
import type { KeptKey } from "@/server/keys/queries";
import { tracedModel } from "@/server/model-servers/traced-names";
import type { RouteRule } from "@/server/models/routes/rule";
import { log } from "@/server/platform/log";
import { errorWord, type Span, traced } from "@/server/platform/tracing/tracing";
import { type Outcome, type Reservation, settle } from "@/server/usage/metering";
import { type Booked, Bookings } from "../calls/bookings";
import { Call, CallEnded, type WatchAccess } from "../calls/call";
import type { Estimate } from "../calls/estimate";
import { type Asked, readRequest } from "../calls/request";
import { estimatedUsage, nothingUsed, type Used } from "../calls/used-tokens";
import { isOnList, type ModelUser } from "../door/allowed-models";
import { type Bearer, frontHeader, stillBearer } from "../door/authenticate";
import { refuseUsedUp } from "../door/check-limits";
import { allowsOrigin } from "../door/cross-origin";
import { watchKey } from "../door/key-watch";
import { watchModel } from "../door/model-watch";
import { candidatesFor } from "../door/route-candidates";
import type { Endpoint, Members } from "../endpoints/endpoint";
import { isMissing, missingEndpoint } from "../endpoints/missing";
import { failures } from "../errors/answer-error";
import { type ApiError, Refusal } from "../errors/errors";
import { Retired, tellRetirement } from "../errors/retired";
import { AskedServers } from "../streaming/asked-servers";
import { ClientStream } from "../streaming/client-stream";
import { forward } from "../streaming/forward";
import type { UpstreamResponse } from "../streaming/questions";
import { isOfType, Progress } from "../streaming/relay";
import { RouteFailures } from "../streaming/route-failures";
import { relayStream } from "../streaming/stream-answer";
import { relayWhole } from "../streaming/whole-answer";

/** Who is charged for a request, and how long they may have its answer. A person in the browser has no key. */
export type Charged = {
  as: Caller;
  /** Looks up the caller and their rights again, once the whole request has arrived. @throws Refusal when they have lost them */
  again: () => Promise<Caller>;
  /** Watches whether they may go on, with the model in use. */
  watch: (model: { id: string; name: string }) => WatchAccess;
  /** The rule of the route `trialRoute`, which is tried before it is saved. */
  draft?: RouteRule;
  /**
   * For a line of a batch: which line it is, and functions that are called with what the request used, and once that
   * is in the ledger.
   */
  batch?: { line: Reservation["batchLine"]; settled: (used: SettledUse) => void; written: () => void };
};

type Caller = ModelUser & { keyId: string | null };

/** What a request used and what it cost, in micro-units. `isCharged`: a model server has worked for it. */
export type SettledUse = { promptTokens: number; completionTokens: number; cost: number; isCharged: boolean };

/** Returns the caller with the key of the request. The key needs this scope until the answer is complete. */
export function keyHolder(bearer: Bearer, incoming: IncomingMessage, scope: KeyScope): Charged {
  const address = frontHeader(incoming, "x-client-address");
  const { origin } = incoming.headers;
  const mayCall = (key: KeptKey) =>
    key.scopes.includes(scope) && isWithin(address, key.ipRanges) && allowsOrigin(key, origin);
  const watch: Charged["watch"] = (model) => (end) =>
    watchKey(bearer.keyId, (key) => mayCall(key) && isOnList(key, model.id, model.name), end);
  return { as: bearer, again: () => stillBearer(bearer, incoming, scope), watch };
}

/**
 * Answers a request that a model server works on, for an authorized caller. The highest possible cost is reserved
 * from every limit before the request is sent on, and the real cost is settled however the request ends.
 *
 * @throws Refusal, or another error, as long as nothing of an answer was sent
 */
export function complete(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  endpoint: Endpoint,
  charged: Charged,
): Promise<void> {
  const { workspaceId } = charged.as;
  const begun = { "gen_ai.operation.name": endpoint.name, "atelier.workspace_id": workspaceId };
  return traced("internal", `call ${endpoint.name}`, begun, (span) =>
    completeTraced({ incoming, outgoing, span }, endpoint, charged),
  );
}

async function completeTraced(
  { incoming, outgoing, span }: Pick<Sides, "incoming" | "outgoing" | "span">,
  endpoint: Endpoint,
  charged: Charged,
): Promise<void> {
  const { as: caller } = charged;
  const id = frontHeader(incoming, "x-request-id");
  if (!id) throw new Error("the front of the process has not seen this request");
  const progress = new Progress();

  await refuseUsedUp(caller, incoming, outgoing);
  const asked = await readRequest(endpoint, incoming, caller.keyId ?? caller.memberId ?? caller.workspaceId);
  try {
    await answerAsked(asked, { ...charged, as: await charged.again() }, { id, incoming, outgoing, progress, span });
  } finally {
    asked.body.release();
  }
}

type Sides = { id: string; incoming: IncomingMessage; outgoing: ServerResponse; progress: Progress; span: Span };

async function answerAsked(
  received: Asked,
  { as: caller, watch, draft, batch }: Charged,
  { id, incoming, outgoing, progress, span }: Sides,
): Promise<void> {
  const { endpoint } = received;
  const candidates = await candidatesFor(received.model, caller, draft).catch((error) => {
    if (error instanceof Retired) tellRetirement(outgoing, error.retirement);
    throw error;
  });
  const { route, retirement } = candidates;
  if (retirement) tellRetirement(outgoing, retirement);
  let booked: Booked;
  const asked = (await endpoint.continues?.(received, caller, () => booked.model.id)) ?? received;
  const operation = batch ? (`batch-${endpoint.name}` as const) : endpoint.name;
  const bookings = new Bookings(asked, candidates, { id, caller, outgoing, operation, batchLine: batch?.line });
  booked = await bookings.first();

  const { isStreamed } = asked;
  const call = new Call(outgoing, caller.workspaceId, watch({ id: route ?? booked.model.id, name: asked.model }));
  const stream = () => new ClientStream(outgoing, (error) => endpoint.failureEvent(error, id));
  let client = isStreamed ? stream() : undefined;
  const servers = new AskedServers(outgoing, route);
  /** Asks the servers of the model for which the cost is reserved, and passes on the answer of one of them. */
  const ask = async ({ model, offers, reserved }: Booked) => {
    call.throwIfEnded();
    call.watchModel(watchModel(model, caller));
    servers.model = model.id;
    if (offers.length === 0) throw missingEndpoint(endpoint.path);
    await forward(asked, offers, incoming.headers, { id, call, servers }, (begun) => {
      progress.restart();
      // Only after its file may a form say that it wants a stream.
      const isStream = isOfType(begun.response, "text/event-stream");
      if (endpoint.reads.kind === "form" && isStream) client ??= stream();
      if (begun.answers.mayBeWhole && !isStream && !outgoing.headersSent) {
        client?.close();
        client = undefined;
      }
      tellTranslation(outgoing, begun.translated);
      const relay = {
        begun,
        reserved,
        media: model.media ?? {},
        outgoing,
        call,
        progress,
        keeper: asked.keeper,
        delivers: () => asked.body.release(),
      };
      return client ? relayStream(relay, client) : relayWhole(relay);
    });
  };
  let outcome: Pick<Outcome, "status" | "errorCode"> = { status: 200, errorCode: null };
  try {
    const failures = new RouteFailures(servers);
    for (let next: Booked | undefined = booked; next; ) {
      booked = next;
      try {
        await ask(booked);
        break;
      } catch (error) {
        if (route === null || !failures.mayPassOn(error, asked)) throw error;
        progress.restart();
        next = await bookings.next();
        if (!next) throw failures.told();
      }
    }
  } catch (error) {
    const made = isMissing(error) && endpoint.answerWithout?.(asked, booked.model);
    if (made) return sendOwn(outgoing, made);
    const told = errorFor(error);
    const isGone = call.isClientGone;
    outcome = isGone
      ? { status: 499, errorCode: "client_gone" }
      : { status: outgoing.headersSent ? 200 : told.status, errorCode: told.code };
    // When the caller gave up an answer, or may no longer have it, before it began, it is unknown how far the server
    // came: an estimate is charged. When this instance ended it, because it stops or could not check the key, only
    // what was delivered is charged.
    const isGivenUp = error instanceof CallEnded && error.isOfCaller && asked.body.isWhole;
    if (isGivenUp && servers.isUnderWay) progress.used ??= abandonedUsage(isStreamed, booked.reserved);
    if (isGone) return;
    if (!outgoing.headersSent) throw new Refusal(told, { cause: error });
    if (client) client.end(told);
    else outgoing.destroy();
  } finally {
    call.close();
    client?.close();
    const used = progress.used ?? nothingUsed;
    if (used.usageSource === "invalid")
      log.warn({ requestId: id, model: booked.model.id }, "a model server's usage is impossible");
    const { firstByteMs, totalMs } = progress;
    const ended = { ...outcome, ...used, ...servers.ledger, firstByteMs, totalMs };
    const cost = settle(caller.workspaceId, id, ended, batch?.written);
    const { promptTokens = 0, completionTokens = 0 } = used.usage ?? {};
    batch?.settled({ promptTokens, completionTokens, cost, isCharged: used.usageSource !== "none" });
    span.set({
      "gen_ai.request.model": tracedModel(booked.model.id),
      "gen_ai.usage.input_tokens": promptTokens,
      "gen_ai.usage.output_tokens": completionTokens,
      "http.response.status_code": outcome.status,
      "atelier.first_byte_ms": firstByteMs ?? undefined,
    });
    if (outcome.errorCode) span.fail(errorWord(outcome.errorCode));
  }
}

/** The response header that names the endpoint which was asked instead, when the server lacks the requested one. */
const translatedHeader = "x-atelier-translated";
/** The response header with the request's fields that were left out in a translation. */
const leftOutHeader = "x-atelier-left-out";
const longestLeftOut = 1_000;
/** The response header of an answer that Atelier has estimated itself, without a model server. */
const estimatedHeader = "x-atelier-estimated";

/** @param translated what was sent in place of the request; undefined: the request was sent on unchanged */
function tellTranslation(outgoing: ServerResponse, translated: UpstreamResponse["translated"]): void {
  if (outgoing.headersSent) return;
  outgoing.removeHeader(translatedHeader);
  outgoing.removeHeader(leftOutHeader);
  if (!translated) return;
  outgoing.setHeader(translatedHeader, translated.path);
  const names = translated.request.leftOut.join(", ").slice(0, longestLeftOut);
  if (names !== "") outgoing.setHeader(leftOutHeader, names.replace(/[^\w .,()-]/g, "_"));
}

function sendOwn(outgoing: ServerResponse, made: Members): void {
  const text = JSON.stringify(made);
  outgoing
    .writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      [estimatedHeader]: "true",
    })
    .end(text);
}

function abandonedUsage(isStreamed: boolean, reserved: Estimate): Used {
  return estimatedUsage(reserved, isStreamed ? 0 : reserved.completionTokens);
}

function errorFor(error: unknown): ApiError {
  if (error instanceof Refusal || error instanceof CallEnded) return error.error;
  log.warn({ err: error }, "a model server's answer broke off");
  return failures.failed;
}
