import { randomUUID } from "node:crypto";
import type { Offer } from "@/server/model-servers/catalogue";
import type { SentBody } from "@/server/model-servers/post";
import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { workInTurns } from "@/server/platform/turns";
import type { Asked } from "../calls/request";
import type { AnswerReading, Members, NativeForm } from "../endpoints/endpoint";
import { endpointOf } from "../endpoints/table";
import type { Redact } from "../errors/redact";
import type { AnswerIdentity, NativeRequest, TranslatedRequest, TranslateRequest } from "../translate/translation";

/** An answer that has begun, and what of it is due to how the question was changed on its way. */
export type UpstreamResponse = {
  response: ServerAnswer;
  /** The name of the model that the program asked for, when the server was asked for another. */
  rename?: string;
  /** Usage was asked for on top of what the program asked for. */
  hasAddedUsage: boolean;
  /** How the answer is read. */
  answers: AnswerReading;
  /** Takes from the server's words what programs are not to see. */
  redact: Redact;
  /** Something else was asked for in place of what the program did: at this path. */
  translated?: { path: string; request: Translated; identity: AnswerIdentity };
};

/** How an answer is translated back; without `stream` it is not streamed. */
export type Translated = Pick<NativeRequest, "leftOut" | "answer"> & Partial<Pick<TranslatedRequest, "stream">>;

/** What every model server's address ends with, and every endpoint's path begins with. */
const apiRoot = "/v1";

/** What one server is asked, and how its answer is read. */
export type Question = {
  path: string;
  keyHeader?: "x-api-key" | undefined;
  body: (addsUsage: boolean) => SentBody | Promise<SentBody>;
  /** Whether a stream is to be asked for its usage. */
  mayAddUsage: boolean;
  /** Whether an answer can tell that the server lacks the endpoint; and whether it may not have it in another form then. */
  mayLack: boolean;
  isOnlyForm: boolean;
  begun: Omit<UpstreamResponse, "response" | "hasAddedUsage" | "redact">;
};

export function direct({ endpoint, model, body, ...asked }: Asked, { server, upstream }: Offer): Question {
  const rename = upstream === model ? undefined : model;
  return {
    path: endpoint.path.slice(apiRoot.length),
    keyHeader: endpoint.keyHeader,
    body: (addsUsage) => body.sent({ model: rename && upstream, addsUsage }),
    mayAddUsage: asked.isStreamed && !asked.wantsUsage,
    mayLack: server.endpoints.mayLack(endpoint.name),
    isOnlyForm: true,
    begun: { answers: endpoint.answers, ...(rename && { rename }) },
  };
}

export async function translated(
  asked: Asked,
  { upstream }: Offer,
  id: string,
  translate: TranslateRequest,
): Promise<Question> {
  const chat = endpointOf("chat");
  const body = await asked.body.shortened();
  const { keeper } = asked;
  const keeping = { isStored: keeper !== undefined, previousId: keeper?.previousId ?? null };
  const request = await workInTurns(translate(body.value, keeping));
  const made = { ...request.chat, model: upstream };
  const identity = identityOf(asked, id);
  return {
    path: chat.path.slice(apiRoot.length),
    body: (addsUsage) =>
      workInTurns(body.write(addsUsage ? { ...made, stream_options: { include_usage: true } } : made)),
    mayAddUsage: asked.isStreamed,
    mayLack: false,
    isOnlyForm: true,
    begun: {
      answers: chat.answers,
      translated: {
        path: chat.path,
        request: { ...request, answer: (said, ...of) => request.answer(said as Members, ...of) },
        identity,
      },
    },
  };
}

export async function inNativeForm(
  asked: Asked,
  id: string,
  { path, translate, answers }: NativeForm,
): Promise<Question> {
  const body = await asked.body.shortened();
  const request = translate(body.value);
  return {
    path,
    body: () => workInTurns(body.write(request.body)),
    mayAddUsage: false,
    mayLack: true,
    isOnlyForm: true,
    begun: { answers, translated: { path: path.slice(2), request, identity: identityOf(asked, id) } },
  };
}

/** What the answer to a request that was translated says of itself. */
const identityOf = ({ model }: Asked, requestId: string): AnswerIdentity => ({
  ...{ requestId, id: randomUUID().replaceAll("-", ""), model, created: Math.floor(Date.now() / 1_000) },
});
