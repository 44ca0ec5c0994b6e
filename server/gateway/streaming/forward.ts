import type { IncomingHttpHeaders } from "node:http";
import { inOrder, type Offer } from "@/server/model-servers/catalogue";
import type { Endable } from "@/server/model-servers/post";
import { tracedModel, tracedServer } from "@/server/model-servers/traced-names";
import { log } from "@/server/platform/log";
import { traced } from "@/server/platform/tracing/tracing";
import type { Asked } from "../calls/request";
import { missingEndpoint, noEndpoint } from "../endpoints/missing";
import { failures } from "../errors/answer-error";
import { ServerFailure } from "../errors/upstream-error";
import { isUntranslatable } from "../translate/refusals";
import { ask, type Common, type HandOn, type Way } from "./ask";
import type { AskedServers } from "./asked-servers";
import { direct, inNativeForm, nativeFormFor, translated } from "./questions";

/**
 * Returns the servers of a model that can answer requests to an endpoint: those that have it, followed, where its
 * requests can be translated to chats, by all others. A server of which nothing is known is tried.
 *
 * @throws ServerFailure when no server has it
 */
export function offersFor({ name, path, translate }: Asked["endpoint"], offers: Offer[]): Offer[] {
  const lacking = offers.filter(({ server, upstream }) => server.endpoints.lacks(name, upstream));
  if (lacking.length === 0) return inOrder(offers);
  const having = offers.filter((offer) => !lacking.includes(offer));
  if (!translate && having.length === 0) throw missingEndpoint(path);
  return [...inOrder(having), ...(translate ? inOrder(lacking) : [])];
}

/**
 * Asks the servers of a model one after the other until the answer of one is passed on. The next one is asked when a
 * server could not be reached, did not begin to answer in time, or answered 429 or 5xx, as long as nothing was sent
 * to the client. A failure that would be the same at every server is final. An answer that broke off after it had
 * begun is not requested again.
 *
 * @param offers the servers in the order in which they are asked (`offersFor`)
 * @param headers the client's headers; `Accept`, `Content-Type` and those of the endpoint are passed on
 * @throws ServerFailure of the last server that answered, or of the last one; or the reason for which the call was
 * ended
 */
export async function forward(
  asked: Asked,
  offers: Offer[],
  headers: IncomingHttpHeaders,
  { id, call, servers }: { id: string; call: Endable; servers: AskedServers },
  handOn: HandOn,
): Promise<void> {
  const common: Common = {
    accept: headers.accept ?? (asked.isStreamed ? "text/event-stream" : "application/json"),
    contentType: headers["content-type"] ?? "application/json",
    others: passed(asked.endpoint.passes, headers),
  };
  const failed: ServerFailure[] = [];
  const before = servers.count;
  const queue = [...offers];
  // A server that turns out to lack the endpoint is asked for a chat after the others.
  for (const offer of queue) {
    const { server } = offer;
    call.throwIfEnded();
    servers.ask(server.settings.name, offer.upstream);
    try {
      const name = tracedServer(server);
      const model = server.source.kind === "workspace" ? undefined : tracedModel(offer.upstream);
      const about = { "atelier.model_server": name, "gen_ai.request.model": model };
      return await traced("client", `${asked.endpoint.name} ${name}`, about, () =>
        attempt(asked, offer, { id, common, call }, handOn),
      );
    } catch (error) {
      call.throwIfEnded();
      asked.body.throwIfBroken();
      // A request that cannot be translated to a chat might have been answered by a server that failed.
      if (isUntranslatable(error) && failed.length > 0) {
        servers.withdraw();
        continue;
      }
      if (!(error instanceof ServerFailure)) throw error;
      const { why } = error;
      if (why === noEndpoint && canChat(asked.endpoint, offer)) {
        queue.push(offer);
        servers.withdraw();
        continue;
      }
      const isFinal = error.isFinal || asked.body.isTaken;
      log.warn(
        { err: error, modelServer: server.settings.name, why, isFinal },
        "a model server did not answer a request",
      );
      servers.fail(why);
      if (error.isServerDown) server.markDown();
      if (isFinal) throw error;
      failed.push(error);
    }
  }
  const worked = failed.findLastIndex(({ isAnswer }) => isAnswer);
  const lastAnswer = worked === -1 ? failed.findLastIndex(({ why }) => why !== noEndpoint) : worked;
  const told = lastAnswer === -1 ? failed.length - 1 : lastAnswer;
  servers.tell(told < 0 ? told : before + told);
  throw failed[told] ?? new ServerFailure(failures.down, "no_connection");
}

/** Returns the headers that are passed on, as far as the client has sent them. */
function passed(names: readonly string[] | undefined, headers: IncomingHttpHeaders): Common["others"] {
  if (!names) return undefined;
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : [])),
  );
}

/**
 * Asks one server and passes its answer on. A server that is known to lack the endpoint is asked for a chat instead.
 * A server that lacks it at the usual path is asked in the endpoint's other form, if there is one, and the other way
 * round when that form was the known one.
 *
 * @throws ServerFailure, or the reason for which the call was ended
 */
async function attempt(asked: Asked, offer: Offer, way: Way, handOn: HandOn): Promise<void> {
  const { name, translate } = asked.endpoint;
  if (translate && canChat(asked.endpoint, offer)) {
    await ask(asked, offer, way, await translated(asked, offer, way.id, translate), handOn);
    return;
  }
  const native = nativeFormFor(asked, offer);
  if (!native) {
    await ask(asked, offer, way, direct(asked, offer), handOn);
    return;
  }
  const { endpoints } = offer.server;
  const usually = (hasOther: boolean) => ask(asked, offer, way, { ...direct(asked, offer), hasOther }, handOn);
  const natively = async (hasOther: boolean) =>
    ask(asked, offer, way, { ...(await inNativeForm(asked, way.id, native)), hasOther }, (begun) => {
      endpoints.noteNative(name);
      return handOn(begun);
    });
  const [first, second] = endpoints.hasNative(name) ? [natively, usually] : [usually, natively];
  if (await first(true)) return;
  way.call.throwIfEnded();
  endpoints.forgetNative(name);
  await second(false);
}

/** Checks whether a server lacks an endpoint whose requests can be translated to chats. */
function canChat({ name, translate }: Asked["endpoint"], { server: { endpoints }, upstream }: Offer): boolean {
  return translate !== undefined && endpoints.lacks(name, upstream);
}
