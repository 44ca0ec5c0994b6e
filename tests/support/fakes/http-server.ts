import http from "node:http";
import { closeNow, listen } from "./listening";

/** A request as it arrived, with its whole body. */
export type Arrived = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };

/** The answer: a status and a value that is sent as JSON, or a text that is sent as it is. */
export type Answer = { status?: number; body: unknown; headers?: Record<string, string> };

/** A server on a free port of this machine that answers by `answer` and keeps the requests it received. */
export type TestServer = {
  url: string;
  requests: Arrived[];
  answer: (request: Arrived) => Answer | Promise<Answer>;
  close(): Promise<void>;
};

/** Starts one. Closing it ends every connection. */
export async function startHttpServer(answer: TestServer["answer"]): Promise<TestServer> {
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const arrived = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    started.requests.push(arrived);
    const { status = 200, body: answered, headers } = await started.answer(arrived);
    response.writeHead(status, { "content-type": "application/json", "x-upstream": "secret-header", ...headers });
    response.end(typeof answered === "string" ? answered : JSON.stringify(answered));
  });
  const url = await listen(server);
  const started: TestServer = {
    url,
    requests: [],
    answer,
    close: () => closeNow(server),
  };
  return started;
}

/** Returns the URL of a port at which nothing listens. */
export async function closedUrl(): Promise<string> {
  const { url, close } = await startHttpServer(() => ({ body: "" }));
  await close();
  return url;
}
