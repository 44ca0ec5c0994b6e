// Sends the most expensive bodies, ten at the same time, each with another key, repeatedly until it is stopped. It is a separate process, so
// that it does not slow down the measurement. argv: the port and the keys.
import net from "node:net";

const [port, ...keys] = process.argv.slice(2);
const most = 32 * 1024 * 1024 - 1_024;
const head = '{"model":"m","max_tokens":20,"messages":[{"role":"user","content":"Hello!"}],"x":';

/** Returns a JSON object of nearly 32 MB whose last member repeats this text. */
function body(begin, piece, end) {
  const tail = Buffer.from(`${end}}`);
  const start = Buffer.from(head + begin);
  const middle = Buffer.alloc(Math.floor((most - start.length - tail.length) / piece.length) * piece.length, piece);
  return Buffer.concat([start, middle, tail]);
}

const numbered = () => {
  let text = "";
  for (let i = 0; text.length < most - 100; i += 1) text += `"k${i}":1,`;
  return Buffer.from(`${head}{${text}"k":1}}`);
};

const bodies = [
  body("[", "0,", "0]"),
  body("[", '"",', "0]"),
  body("[", "[],", "0]"),
  body("[", "{},", "0]"),
  body('"', "\\n", '"'),
  body('"', "\\u00e9", '"'),
  body('"', "é", '"'),
  body("[", "1.5e3,", "0]"),
  numbered(),
  body("", "[", ""),
];

let isOver = false;
process.on("message", () => {
  isOver = true;
});

const answers = {};

/** Sends one body. Resolves to the status and the seconds to wait before the next. */
function send(key, bytes) {
  return new Promise((resolve) => {
    const socket = net.connect({ port: Number(port), host: "127.0.0.1" });
    let text = "";
    const timer = setTimeout(() => socket.destroy(), 60_000);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => {
      clearTimeout(timer);
      resolve({ status: text.slice(9, 12), wait: Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 0) });
    });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes);
  });
}

process.send("ready");
await Promise.all(
  bodies.map(async (bytes, i) => {
    while (!isOver) {
      const { status, wait } = await send(keys[i % keys.length], bytes);
      answers[status] = (answers[status] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    }
  }),
);
process.send(answers);
process.disconnect();
