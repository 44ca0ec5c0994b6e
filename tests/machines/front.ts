import http from "node:http";
import type { Place } from "../faults/client";
import type { Instance } from "../faults/instance";
import { closeNow, listen } from "../support/fakes/listening";

/** What stands before the instances in a cluster: it sends `/v1` to those for programs and the rest to those for pages. */
export type Front = Place & {
  /** How many requests each instance was sent. */
  sent: Map<string, number>;
  close(): Promise<void>;
};

/**
 * Starts a balancer. As an ingress does, it takes the instances in turn and goes on to the next where one takes no connection; what had
 * been sent to one that ends before its answer began is not sent again, and is cut off.
 */
export async function startFront(pages: Instance[], programs: Instance[]): Promise<Front> {
  const sent = new Map<string, number>();
  let turn = 0;
  const server = http.createServer((request, response) => {
    const group = request.url?.startsWith("/v1/") ? programs : pages;
    turn += 1;
    const inTurn = group.map((_, index) => group[(turn + index) % group.length] as Instance);
    const body: Buffer[] = [];
    request.on("data", (chunk) => body.push(chunk));
    request.once("end", () => forward(request, Buffer.concat(body), response, inTurn, sent));
  });
  const port = Number(new URL(await listen(server)).port);
  return { name: "the balancer", port, sent, close: () => closeNow(server) };
}

function forward(
  request: http.IncomingMessage,
  body: Buffer,
  response: http.ServerResponse,
  [first, ...others]: Instance[],
  sent: Map<string, number>,
): void {
  if (!first) return void response.writeHead(502).end("no instance takes it");
  let isTaken = false;
  const onwards = http.request(
    {
      ...{ host: "127.0.0.1", port: first.port, path: request.url, method: request.method, headers: request.headers },
      agent: false,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("error", () => response.destroy());
      answer.once("aborted", () => response.destroy());
    },
  );
  onwards.once("socket", (socket) =>
    socket.once("connect", () => {
      isTaken = true;
      sent.set(first.name, (sent.get(first.name) ?? 0) + 1);
    }),
  );
  onwards.once("error", () => (isTaken ? response.destroy() : forward(request, body, response, others, sent)));
  onwards.end(body);
}
