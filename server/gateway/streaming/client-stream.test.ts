import http from "node:http";
import net from "node:net";
import { expect, test } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { ClientStream } from "./client-stream";

/** Returns the bytes that a client gets of a stream. */
async function received(use: (stream: ClientStream) => unknown): Promise<string> {
  const server = http.createServer((_, response) => use(new ClientStream(response, () => "data: failed\n\n")));
  const { port } = new URL(await listen(server));
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  let text = "";
  for await (const piece of socket) text += piece;
  await closeNow(server);
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

const event = (n: number) => Buffer.from(`data: ${n}\n\n`);

test("events that come together are one chunk, and those that come later another", async () => {
  const body = await received((stream) => {
    for (let n = 0; n < 3; n++) expect(stream.send(event(n))).toBe(true);
    setTimeout(() => {
      stream.send(event(3));
      stream.end();
    }, 20);
  });
  expect(body).toBe("1b\r\ndata: 0\n\ndata: 1\n\ndata: 2\n\n\r\n9\r\ndata: 3\n\n\r\n0\r\n\r\n");
});

test("the last events go out with those before them and the end", async () => {
  const body = await received((stream) => {
    stream.send(event(0));
    stream.sendLast(event(1));
    stream.end();
  });
  expect(body).toBe("12\r\ndata: 0\n\ndata: 1\n\n\r\n0\r\n\r\n");
});

test("what came before a failure is sent before it", async () => {
  const body = await received((stream) => {
    stream.send(event(0));
    stream.end({ status: 502, message: "m", type: "server_error", code: "c" });
  });
  expect(body).toBe("9\r\ndata: 0\n\n\r\ne\r\ndata: failed\n\n\r\n0\r\n\r\n");
});

test("a client that reads slowly is waited for before more than a few pieces are gathered", async () => {
  const long = Buffer.alloc(8_192, "x");
  let sent = 0;
  let isWaited = false;
  const body = await received((stream) => {
    while (sent < 1_000 && stream.send(long)) sent++;
    expect(sent).toBeLessThan(10);
    stream.drained().then(() => {
      isWaited = true;
      stream.end();
    });
  });
  expect(isWaited).toBe(true);
  expect(body.replace(/[^x]/g, "").length).toBe((sent + 1) * long.length);
});
