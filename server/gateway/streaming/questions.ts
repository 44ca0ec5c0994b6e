import { randomUUID } from "node:crypto";
import type { Offer } from "@/server/model-servers/catalogue";
import type { SentBody } from "@/server/model-servers/post";
import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { workOn } from "@/server/platform/turns";
import type { Asked, Slice } from "../calls/request";
import type { AnswerReading, Endpoint, Members, NativeForm } from "../endpoints/endpoint";
import { endpointOf } from "../endpoints/table";
import type { Redact } from "../errors/redact";
import type { AnswerIdentity, NativeRequest, TranslatedRequest, TranslateRequest } from "../translate/translation";

/** An answer that has begun, and how the question was changed, as far as the answer depends on it. */
export type UpstreamResponse = {
  response: ServerAnswer;
  /** The model's name in the program's request, when the server was asked for another name. */
  rename?: string;
  /** Whether usage was requested although the program did not ask for it. */
  hasAddedUsage: boolean;
  /** How the answer is read. */
  answers: AnswerReading;
  /** Removes from the server's words what programs may not see. */
  redact: Redact;
  /** The translated request, and the path to which it was sent, when another endpoint was asked. */
  translated?: { path: string; request: Translated; identity: AnswerIdentity };
};

/** How an answer is translated back. Without `stream` it is not a stream. */
export type Translated = Pick<NativeRequest, "leftOut" | "answer"> & Partial<Pick<TranslatedRequest, "stream">>;

/** The end of every model server's address, and the beginning of every endpoint's path. */
const apiRoot = "/v1";

/** What one server is asked, and how its answer is read. */
export type Question = {
  path: string;
  keyHeader?: "x-api-key" | undefined;
  /** `only`: with these of its texts. */
  body: (addsUsage: boolean, only?: Slice) => SentBody | Promise<SentBody>;
  /** The number of texts in a list of which a server may accept only a part at a time; 0: there is no such list. */
  texts: number;
  /** The name of that list in the program's request. */
  param: string;
  /** Whether usage may be requested for a stream. */
  mayAddUsage: boolean;
  /** Whether an answer can mean that the server lacks the endpoint. */
  mayLack: boolean;
  /** Whether the server may be asked in another form if it lacks this one. */
  hasOther?: boolean;
  begun: Omit<UpstreamResponse, "response" | "hasAddedUsage" | "redact">;
};

/**
 * What an operator states as present is trusted. But text-embeddings-inference is known to have the endpoint in
 * another form.
 */
function mayLack({ name, native }: Endpoint, { endpoints, isEmbeddingsServer }: Offer["server"]): boolean {
  return endpoints.mayLack(name) || (native !== undefined && isEmbeddingsServer);
}

/**
 * Returns another form of the endpoint in which this server may be asked. That form names no model, so the server
 * must have only one.
 */
export function nativeFormFor({ endpoint }: Asked, { server }: Offer): NativeForm | undefined {
  return server.hasOneModel && mayLack(endpoint, server) ? endpoint.native : undefined;
}

export function direct({ endpoint, model, body, ...asked }: Asked, { server, upstream }: Offer): Question {
  const rename = upstream === model ? undefined : model;
  return {
    path: endpoint.path.slice(apiRoot.length),
    keyHeader: endpoint.keyHeader,
    body: (addsUsage, only) => body.sent({ model: rename && upstream, addsUsage, only }),
    ...{ texts: body.texts, param: endpoint.reads.texts ?? "" },
    mayAddUsage: asked.isStreamed && !asked.wantsUsage,
    mayLack: mayLack(endpoint, server),
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
  const { length } = asked.body;
  const request = await workOn(length, translate(body.value, keeping));
  const made = { ...request.chat, model: upstream };
  const identity = identityOf(asked, id);
  return {
    path: chat.path.slice(apiRoot.length),
    body: (addsUsage) =>
      workOn(length, body.write(addsUsage ? { ...made, stream_options: { include_usage: true } } : made)),
    ...{ texts: 0, param: "" },
    mayAddUsage: asked.isStreamed,
    mayLack: false,
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
  { path, texts: param, translate, answers }: NativeForm,
): Promise<Question> {
  const body = await asked.body.shortened();
  const request = translate(body.value);
  const texts = request.body[request.texts] as unknown[];
  const withOnly = ({ begin, end }: Slice) => ({ ...request.body, [request.texts]: texts.slice(begin, end) });
  return {
    path,
    body: (_, only) => workOn(asked.body.length, body.write(only ? withOnly(only) : request.body)),
    ...{ texts: texts.length, param },
    mayAddUsage: false,
    mayLack: true,
    begun: { answers, translated: { path: path.slice(2), request, identity: identityOf(asked, id) } },
  };
}

/** The model and id that the answer to a translated request states. */
const identityOf = ({ model }: Asked, requestId: string): AnswerIdentity => ({
  ...{ requestId, id: randomUUID().replaceAll("-", ""), model, created: Math.floor(Date.now() / 1_000) },
});
