import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, listen } from "./listening";

/** A request as it arrived at a model server; `body` is empty unless it is JSON. */
export type Asked = { url: string; headers: http.IncomingHttpHeaders; text: string; body: Record<string, unknown> };

/** A model server for one test: `list` is its list of models, `answer` answers all other requests. */
export type FakeModelServer = {
  url: string;
  asked: Asked[];
  list: unknown[];
  listStatus: number;
  answer: (response: ServerResponse, asked: Asked, request: IncomingMessage) => unknown;
  /** The number of connections that clients opened to it. */
  connections(): number;
  close(): Promise<void>;
};

/** Starts one on a free port. By default it offers one model, "small". */
export async function startModelServer(answer: FakeModelServer["answer"] = json(completion)): Promise<FakeModelServer> {
  let connections = 0;
  const server = http.createServer(async (request, response) => {
    if (request.method === "GET") {
      response.writeHead(fake.listStatus, { "content-type": "application/json" });
      return response.end(JSON.stringify({ object: "list", data: fake.list }));
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const isJson = request.headers["content-type"]?.startsWith("application/json");
    const asked = { url: request.url ?? "", headers: request.headers, text, body: isJson ? JSON.parse(text) : {} };
    fake.asked.push(asked);
    await fake.answer(response, asked, request);
  });
  server.on("connection", () => {
    connections++;
  });
  const origin = await listen(server);
  const fake: FakeModelServer = {
    url: `${origin}/v1`,
    asked: [],
    list: [{ id: "small", max_model_len: 8_192 }],
    listStatus: 200,
    answer,
    connections: () => connections,
    close: () => closeNow(server),
  };
  return fake;
}

/** A complete answer in the form that most servers send. */
export const completion = {
  id: "cmpl-1",
  object: "chat.completion",
  created: 1_795_000_000,
  model: "small",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello there." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};

/** Returns a chunk of a stream with this text and these other fields. */
export function chunk(content: string, more: { finish?: string } & Record<string, unknown> = {}): string {
  const { finish = null, ...fields } = more;
  const choices = [{ index: 0, delta: { role: "assistant", content }, finish_reason: finish }];
  return JSON.stringify({
    id: "cmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "small",
    choices,
    ...fields,
  });
}

/** Answers with this value: a text is sent unchanged, all else as JSON. */
export function json(body: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): FakeModelServer["answer"] {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Answers with a stream of exactly these pieces, each written separately. */
export function stream(pieces: (string | Buffer)[], headers: http.OutgoingHttpHeaders = {}): FakeModelServer["answer"] {
  return async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", ...headers });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise(setImmediate);
    }
    response.end();
  };
}
