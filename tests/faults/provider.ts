import http from "node:http";
import { closeNow, listen } from "../support/fakes/listening";

/**
 * How the mail provider behaves: correctly, after 1.5 s, with a 503, by closing the connection before it has accepted anything, or by
 * closing it afterwards.
 */
export type Manner = "healthy" | "slow" | "down" | "refusing" | "dropping";

export type Provider = {
  url: string;
  manner: Manner;
  /** How often a mail with each Idempotency-Key was accepted, from all senders. */
  taken: Map<string, number>;
  /** Called after a mail was accepted and before the answer is sent. */
  onTaken: (key: string) => void;
  close(): Promise<void>;
};

/** Starts a fake mail provider with Resend's HTTP interface. */
export async function startProvider(): Promise<Provider> {
  const server = http.createServer(async (request, response) => {
    if (provider.manner === "refusing") return void request.socket.destroy();
    for await (const _ of request);
    if (provider.manner === "down")
      return answer(response, 503, { statusCode: 503, name: "unavailable", message: "Try again." });
    if (provider.manner === "slow") await new Promise((resolve) => setTimeout(resolve, 1_500));
    const key = String(request.headers["idempotency-key"]);
    provider.taken.set(key, (provider.taken.get(key) ?? 0) + 1);
    provider.onTaken(key);
    if (provider.manner === "dropping") return void request.socket.destroy();
    answer(response, 200, { id: key });
  });
  const provider: Provider = {
    url: await listen(server),
    manner: "healthy",
    taken: new Map(),
    onTaken: () => {},
    close: () => closeNow(server),
  };
  return provider;
}

/** How many tokens a stream sends before it stops without ending. */
export const streamedTokens = 7;

/** The prefix of the questions in batches. They are answered after some milliseconds, and counted. */
export const batchWord = "A line of a batch:";
const batchAnswerMs = 40;

/** A model server; `askedOfBatches` contains how often it received each line of a batch. */
export type Models = { url: string; askedOfBatches: Map<string, number>; close(): void };

/** Starts a model server that offers one model. Its streams send a few tokens and never end. */
export async function startModels(): Promise<Models> {
  const askedOfBatches = new Map<string, number>();
  const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
  const message = { role: "assistant", content: "Hello." };
  const chat = { object: "chat.completion", created: 1, model: "small", usage };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const piece = JSON.stringify({
    ...{ id: "chat", object: "chat.completion.chunk", created: 1, model: "small" },
    choices: [{ index: 0, delta: { content: "a" }, finish_reason: null }],
  });
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (request.method === "GET") return answer(response, 200, { data: [{ id: "small" }] });
    const line = body.indexOf(batchWord);
    if (line >= 0) {
      const name = body.slice(line, body.indexOf('"', line));
      askedOfBatches.set(name, (askedOfBatches.get(name) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, batchAnswerMs));
    }
    if (!body.includes('"stream":true')) return answer(response, 200, { id: "chat", ...chat, choices });
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let i = 0; i < streamedTokens; i++) response.write(`data: ${piece}\n\n`);
  });
  return { url: `${await listen(server)}/v1`, askedOfBatches, close: () => closeNow(server) };
}

function answer(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
