import type { IncomingMessage } from "node:http";
import { inOrder, type Offer } from "@/server/model-servers/catalogue";
import { NoAnswer, post } from "@/server/model-servers/servers";
import { tryParseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import type { Asked } from "../calls/request";
import { failures, readError } from "../errors/answer-error";
import { ServerFailure, serverFailure } from "../errors/upstream-error";
import type { AskedServers } from "./asked-servers";

/** An answer that has begun, and what of it is due to how the question was changed on its way. */
export type UpstreamResponse = {
  response: IncomingMessage;
  /** When the server was asked, as of `performance.now()`. */
  askedAt: number;
  /** The name of the model that the program asked for, when the server was asked for another. */
  rename?: string;
  /** Usage was asked for on top of what the program asked for. */
  hasAddedUsage: boolean;
};

const paths = { chat: "/chat/completions", embeddings: "/embeddings" } as const;

/** What is done with the answer of a server that has begun one; throws a `ServerFailure` that is not final when another may be asked. */
type HandOn = (begun: UpstreamResponse) => Promise<void>;

/**
 * Asks the servers that have the model, one after the other, until the answer of one is handed on. Another is asked when one could not be
 * reached, did not begin to answer in time, or says 429 or 5xx, while nothing of an answer was sent to the client. A failure that would be
 * the same everywhere is final, and an answer that broke off after it had begun is not asked for again.
 *
 * @param headers the client's, of which two are sent on
 * @throws ServerFailure of the last server that answered, or of the last one; or what `signal` aborted with
 */
export async function forward(
  asked: Asked,
  offers: Offer[],
  headers: { accept?: string | undefined; "content-type"?: string | undefined },
  { signal, servers }: { signal: AbortSignal; servers: AskedServers },
  handOn: HandOn,
): Promise<void> {
  const common = {
    path: paths[asked.operation],
    accept: headers.accept ?? (asked.isStreamed ? "text/event-stream" : "application/json"),
    contentType: headers["content-type"] ?? "application/json",
  };
  const failed: ServerFailure[] = [];
  for (const offer of inOrder(offers)) {
    const { server } = offer;
    servers.ask(server.settings.name, offer.upstream);
    try {
      return await handOn(await attempt(asked, offer, common, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServerFailure)) throw error;
      const { why, isFinal } = error;
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
  const lastAnswer = failed.findLastIndex(({ isAnswer }) => isAnswer);
  const told = lastAnswer === -1 ? failed.length - 1 : lastAnswer;
  servers.tell(told);
  throw failed[told] ?? new ServerFailure(failures.down, "no_connection");
}

/**
 * Returns one server's answer.
 *
 * @throws ServerFailure, or what `signal` aborted with
 */
async function attempt(
  asked: Asked,
  { server, upstream }: Offer,
  common: { path: string; accept: string; contentType: string },
  signal: AbortSignal,
): Promise<UpstreamResponse> {
  const rename = upstream === asked.model ? undefined : asked.model;
  let isAgain = false;
  let isWithoutOptions = false;
  for (;;) {
    const hasAddedUsage = asked.isStreamed && !asked.wantsUsage && server.takesStreamOptions && !isWithoutOptions;
    const body = asked.body.sent({ model: rename && upstream, addsUsage: hasAddedUsage });
    const askedAt = performance.now();
    server.underWay++;
    let response: IncomingMessage;
    try {
      response = await post(server, { ...common, body }, signal);
    } catch (error) {
      server.underWay--;
      if (!(error instanceof NoAnswer)) throw error;
      // The connection had ended before anything was sent on it.
      if (error.kind === "stale" && !isAgain) {
        isAgain = true;
        continue;
      }
      throw noAnswer(error);
    }
    response.once("close", () => {
      server.underWay--;
    });
    // The reader gets the error as well; without a listener it would end the process.
    response.on("error", () => {});
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) {
      if (isWithoutOptions) server.takesStreamOptions = false;
      return { response, askedAt, hasAddedUsage, ...(rename && { rename }) };
    }
    const said = await readError(response);
    signal.throwIfAborted();
    // Only that it then works tells that this was the reason: some servers repeat the whole request with every error.
    if (hasAddedUsage && (statusCode === 400 || statusCode === 422) && said.includes("stream_options")) {
      isWithoutOptions = true;
      continue;
    }
    throw serverFailure(statusCode, tryParseJson(said), response.headers);
  }
}

function noAnswer(error: NoAnswer): ServerFailure {
  if (error.kind === "connect") return new ServerFailure(failures.down, "no_connection", { cause: error });
  if (error.kind === "slow") return new ServerFailure(failures.slow, "timeout", { cause: error });
  return new ServerFailure(failures.failed, "no_answer", { cause: error });
}
