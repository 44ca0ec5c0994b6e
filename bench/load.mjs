// The load generator: N requests in flight over N connections that stay open. It writes and reads bytes, because with a client
// as slow as the measured servers all of them would seem equally fast.
import net from "node:net";

/** A request as bytes. `headers` are sent as they are; a body is JSON. */
export function request(method, path, headers = {}, body) {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${headers.host ?? "127.0.0.1"}`];
  for (const [name, value] of Object.entries(headers)) if (name !== "host") lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push("content-type: application/json", `content-length: ${Buffer.byteLength(text)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${text}`, "latin1");
}

/**
 * Sends at most `count` requests during at most `ms`, `inFlight` at a time; `next(i)` returns the i-th. Returns the
 * milliseconds of each request, the number of answers by status, and the total time.
 */
export async function load({ port, next, inFlight, count = Number.POSITIVE_INFINITY, ms = 30_000 }) {
  const latencies = [];
  const statuses = {};
  let bytes = 0;
  let sent = 0;
  const begun = performance.now();
  const lane = () =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
      let at = 0;
      let reader = newReader();
      const more = () => {
        if (sent >= count || performance.now() - begun > ms) {
          socket.destroy();
          return resolve();
        }
        reader = newReader();
        at = performance.now();
        try {
          socket.write(next(sent++));
        } catch (error) {
          socket.destroy(error);
        }
      };
      socket.setTimeout(30_000, () => socket.destroy(new Error("no answer within 30 s")));
      socket.on("connect", more);
      socket.on("data", (data) => {
        bytes += data.length;
        const status = reader(data);
        if (status === 0) return;
        latencies.push(performance.now() - at);
        statuses[status] = (statuses[status] ?? 0) + 1;
        more();
      });
      socket.on("error", reject);
      socket.on("close", resolve);
    });
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { latencies, statuses, bytes, ms: performance.now() - begun };
}

/** Reads an answer in pieces. Returns its status when it is complete, and 0 before. */
function newReader() {
  let head = "";
  let status = 0;
  let left = 0;
  let isChunked = false;
  let tail = "";
  return (data) => {
    let body = data;
    if (status === 0) {
      head += data.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return 0;
      status = Number(head.slice(9, 12));
      isChunked = /\r\ntransfer-encoding: *chunked/i.test(head.slice(0, end));
      left = Number(/\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1] ?? 0);
      body = Buffer.from(head.slice(end + 4), "latin1");
    }
    if (isChunked) {
      tail = (tail + body.subarray(-7).toString("latin1")).slice(-7);
      return tail.endsWith("\r\n0\r\n\r\n") || tail === "0\r\n\r\n" ? status : 0;
    }
    left -= body.length;
    return left <= 0 ? status : 0;
  };
}

/** Returns the value below which this share of a list is. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Returns the median of a list. */
export const median = (values) => percentile(values, 0.5);
