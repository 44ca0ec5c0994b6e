import type { IncomingMessage } from "node:http";
import { inOrder, type Offer } from "@/server/model-servers/catalogue";
import { NoAnswer, post } from "@/server/model-servers/servers";
import { log } from "@/server/platform/log";
import type { Asked } from "../calls/request";
import { failures, readError, refusalFor } from "../errors/answer-error";
import { Refusal } from "../errors/errors";

/** An answer that has begun, and what of it is due to how the question was changed on its way. */
export type UpstreamResponse = {
  response: IncomingMessage;
  /** The name of the model that the program asked for, when the server was asked for another. */
  rename?: string;
  /** Usage was asked for on top of what the program asked for. */
  hasAddedUsage: boolean;
};

const paths = { chat: "/chat/completions", embeddings: "/embeddings" } as const;

/**
 * Asks the servers that have the model, one after the other, until one begins to answer. Another is tried only when one
 * could not be reached or says 502 or 503: nothing has been sent to the client by then.
 *
 * @param headers the client's, of which two are sent on
 * @throws Refusal, or what `signal` aborted with
 */
export async function forward(
  asked: Asked,
  model: { offers: Offer[] },
  headers: { accept?: string | undefined; "content-type"?: string | undefined },
  signal: AbortSignal,
): Promise<UpstreamResponse> {
  const common = {
    path: paths[asked.operation],
    accept: headers.accept ?? (asked.isStreamed ? "text/event-stream" : "application/json"),
    contentType: headers["content-type"] ?? "application/json",
  };
  for (const offer of inOrder(model.offers)) {
    const begun = await attempt(asked, offer, common, signal);
    if (begun) return begun;
    offer.server.markDown();
  }
  throw new Refusal(failures.down);
}

/** One server's answer, or undefined when another may be asked. */
async function attempt(
  asked: Asked,
  { server, upstream }: Offer,
  common: { path: string; accept: string; contentType: string },
  signal: AbortSignal,
): Promise<UpstreamResponse | undefined> {
  const rename = upstream === asked.model ? undefined : asked.model;
  let isAgain = false;
  let isWithoutOptions = false;
  for (;;) {
    const hasAddedUsage = asked.isStreamed && !asked.wantsUsage && server.takesStreamOptions && !isWithoutOptions;
    const body = asked.body.sent({ model: rename && upstream, addsUsage: hasAddedUsage });
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
      log.warn({ err: error, modelServer: server.settings.name }, "a model server did not answer");
      if (error.kind === "connect") return undefined;
      throw new Refusal(error.kind === "slow" ? failures.slow : failures.failed, { cause: error });
    }
    response.once("close", () => {
      server.underWay--;
    });
    // Whoever reads it is told as well; without a listener it would end the process.
    response.on("error", () => {});
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) {
      if (isWithoutOptions) server.takesStreamOptions = false;
      return { response, hasAddedUsage, ...(rename && { rename }) };
    }
    if (statusCode === 502 || statusCode === 503) {
      log.warn({ modelServer: server.settings.name, status: statusCode }, "a model server cannot work");
      response.destroy();
      return undefined;
    }
    const said = await readError(response);
    signal.throwIfAborted();
    // Only that it then works tells that this was the reason: some servers repeat the whole request with every error.
    if (hasAddedUsage && (statusCode === 400 || statusCode === 422) && said.includes("stream_options")) {
      isWithoutOptions = true;
      continue;
    }
    throw refusalFor(server, statusCode, said);
  }
}
