import { inOrder, type Offer } from "@/server/model-servers/catalogue";
import { type Endable, NoAnswer, post } from "@/server/model-servers/post";
import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { tryParseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import type { Asked } from "../calls/request";
import { failures, readError } from "../errors/answer-error";
import { ServerFailure, serverFailure } from "../errors/upstream-error";
import type { AskedServers } from "./asked-servers";

/** An answer that has begun, and what of it is due to how the question was changed on its way. */
export type UpstreamResponse = {
  response: ServerAnswer;
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
 * @throws ServerFailure of the last server that answered, or of the last one; or what the call ended with
 */
export async function forward(
  asked: Asked,
  offers: Offer[],
  headers: { accept?: string | undefined; "content-type"?: string | undefined },
  { call, servers }: { call: Endable; servers: AskedServers },
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
      return await attempt(asked, offer, common, call, handOn);
    } catch (error) {
      call.throwIfEnded();
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
 * Asks one server, and hands its answer on.
 *
 * @throws ServerFailure, or what the call ended with
 */
async function attempt(
  asked: Asked,
  { server, upstream }: Offer,
  common: { path: string; accept: string; contentType: string },
  call: Endable,
  handOn: HandOn,
): Promise<void> {
  const rename = upstream === asked.model ? undefined : asked.model;
  let isSecond = false;
  let isWithoutOptions = false;
  for (;;) {
    const hasAddedUsage = asked.isStreamed && !asked.wantsUsage && server.takesStreamOptions && !isWithoutOptions;
    const body = asked.body.sent({ model: rename && upstream, addsUsage: hasAddedUsage });
    try {
      const isAnswered = await post(server, { ...common, body }, call, async (response) => {
        if (response.status >= 300) return !(await isAboutOptions(response, call, hasAddedUsage));
        if (isWithoutOptions) server.takesStreamOptions = false;
        await handOn({ response, hasAddedUsage, ...(rename && { rename }) });
        return true;
      });
      if (isAnswered) return;
      isWithoutOptions = true;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // The connection had ended before anything was sent on it.
      if (error.kind !== "stale" || isSecond) throw noAnswer(error);
      isSecond = true;
    }
  }
}

/** Returns true when an error is due to `stream_options` that were added; throws every other one. */
async function isAboutOptions(response: ServerAnswer, call: Endable, hasAddedUsage: boolean): Promise<boolean> {
  const said = await readError(response);
  call.throwIfEnded();
  // Only that it then works tells that this was the reason: some servers repeat the whole request with every error.
  if (hasAddedUsage && (response.status === 400 || response.status === 422) && said.includes("stream_options"))
    return true;
  throw serverFailure(response.status, tryParseJson(said), response.headers);
}

function noAnswer(error: NoAnswer): ServerFailure {
  if (error.kind === "connect") return new ServerFailure(failures.down, "no_connection", { cause: error });
  if (error.kind === "slow") return new ServerFailure(failures.slow, "timeout", { cause: error });
  return new ServerFailure(failures.failed, "no_answer", { cause: error });
}
