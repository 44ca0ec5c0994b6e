import type { Offer } from "@/server/model-servers/catalogue";
import { mostTextsIn } from "@/server/model-servers/most-texts";
import { type Endable, NoAnswer, post } from "@/server/model-servers/post";
import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { traceHeaders } from "@/server/platform/tracing/tracing";
import type { Asked, Slice } from "../calls/request";
import { missingEndpoint, missingIn } from "../endpoints/missing";
import { failures, readError } from "../errors/answer-error";
import { type Redact, redactorOf } from "../errors/redact";
import { errorIn, ServerFailure, serverFailure } from "../errors/upstream-error";
import { PartAnswers, slicesOf, tooLongFor } from "./in-parts";
import type { Question, UpstreamResponse } from "./questions";
import { OtherAnswer, TooLongAnswer, unusableAnswer } from "./relay";

/** What is sent to the model server of the client's request besides its body. */
export type Common = { accept: string; contentType: string; others: Record<string, string> | undefined };

/**
 * Passes on the answer that a server has begun. Throws a `ServerFailure` that is not final when another server may be
 * asked.
 */
export type HandOn = (begun: UpstreamResponse) => Promise<void>;

/** The request that a question belongs to, and what is sent with it. */
export type Way = { id: string; common: Common; call: Endable };

/**
 * Asks a server one question, in parts when the server does not accept all its texts at once. Returns false when the
 * server does not have this form of the endpoint for any model and may have another one.
 */
export async function ask(asked: Asked, offer: Offer, way: Way, question: Question, handOn: HandOn): Promise<boolean> {
  const { server } = offer;
  const { workspaceId } = way.call;
  if (slicesOf(question, server.mostTextsOf(workspaceId)).length === 1) {
    const end = await askOnce(asked, offer, way, question, handOn);
    if (end !== "in_parts") return end === "answered";
  }
  const answers = new PartAnswers(question);
  for (const only of slicesOf(question, server.mostTextsOf(workspaceId))) {
    const read: HandOn = (begun) => answers.read(begun, only.end - only.begin);
    if ((await askOnce(asked, offer, way, question, read, only)) !== "answered") return false;
  }
  const whole = answers.joined();
  way.call.throwIfEnded();
  await handOn(whole);
  return true;
}

/** @param only ask with these of its texts */
async function askOnce(
  asked: Asked,
  { server, upstream }: Offer,
  { common, call }: Way,
  question: Question,
  handOn: HandOn,
  only?: Slice,
): Promise<"answered" | "elsewhere" | "in_parts"> {
  const { path, keyHeader, mayLack, hasOther = false, begun } = question;
  const redact = redactorOf(server);
  const others = { ...common.others, ...traceHeaders() };
  let isSecond = false;
  let isWithoutOptions = false;
  for (;;) {
    const hasAddedUsage = question.mayAddUsage && server.takesStreamOptions && !isWithoutOptions;
    const body = await question.body(hasAddedUsage, only);
    try {
      const end = await post(server, { ...common, others, path, keyHeader, body }, call, async (response) => {
        if (response.status >= 300) {
          // A question in parts, or a stream, tells nothing about how many texts the server accepts.
          const sent = only || server.saysMostTexts || "pieces" in body ? undefined : { texts: question.texts, body };
          const said = await readFailure(response, call, { hasAddedUsage, mayLack, sent, redact });
          if (said === "options") return said;
          if (typeof said === "object") {
            server.toldMostTexts.note(call.workspaceId, said.mostTexts);
            return "in_parts";
          }
          if (said === "server" && hasOther) return "elsewhere";
          server.endpoints.noteMissing(asked.endpoint.name, said === "model" ? upstream : undefined);
          throw missingEndpoint(asked.endpoint.path);
        }
        if (isWithoutOptions) server.takesStreamOptions = false;
        await handOn({ response, redact, hasAddedUsage: hasAddedUsage && !begun.translated, ...begun }).catch(
          (error) => {
            if (error instanceof TooLongAnswer) throw question.texts > 1 ? tooLongFor(question) : unusableAnswer(error);
            if (!(error instanceof OtherAnswer)) throw error;
            if (!mayLack) throw unusableAnswer(error);
            server.endpoints.noteMissing(asked.endpoint.name, upstream);
            throw missingEndpoint(asked.endpoint.path);
          },
        );
        return "answered";
      });
      if (end !== "options") return end;
      isWithoutOptions = true;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // The connection had been closed before anything was sent on it.
      if (error.kind !== "stale" || isSecond || asked.body.isTaken) throw noAnswer(error);
      isSecond = true;
    }
  }
}

/**
 * Reads an error that another question may avoid: "options" when it is due to `stream_options` that Atelier added;
 * "server" or "model" when the endpoint is missing (`missingIn`); or how many texts the server accepts at a time,
 * when the question has more. Throws every other error.
 */
async function readFailure(
  response: ServerAnswer,
  call: Endable,
  {
    hasAddedUsage,
    mayLack,
    sent,
    redact,
  }: {
    hasAddedUsage: boolean;
    mayLack: boolean;
    sent: { texts: number; body: readonly Buffer[] } | undefined;
    redact: Redact;
  },
): Promise<"options" | "server" | "model" | { mostTexts: number }> {
  const said = await readError(response);
  call.throwIfEnded();
  // Only the success of the next question proves that this was the reason, because some servers repeat the whole
  // request with every error.
  if (hasAddedUsage && (response.status === 400 || response.status === 422) && said.includes("stream_options"))
    return "options";
  const mostTexts = sent && mostTextsIn(response.status, said, sent.texts, sent.body);
  if (mostTexts !== undefined) return { mostTexts };
  const missing = mayLack ? missingIn(response.status, said) : undefined;
  if (missing) return missing;
  throw serverFailure(response.status, errorIn(response.status, said, response.headers), redact, response.headers);
}

function noAnswer(error: NoAnswer): ServerFailure {
  if (error.kind === "connect") return new ServerFailure(failures.down, "no_connection", { cause: error });
  if (error.kind === "slow") return new ServerFailure(failures.slow, "timeout", { cause: error });
  return new ServerFailure(failures.failed, "no_answer", { cause: error });
}
