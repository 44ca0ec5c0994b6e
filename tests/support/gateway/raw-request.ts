import net from "node:net";

export type RawAnswer = { status: number; headers: string; body: string };

/**
 * Sends raw bytes to a port of this machine, for requests that no HTTP client sends: two Host headers, a whole URL in
 * the request line. The request must contain `Connection: close`.
 */
export function rawRequest(port: number, lines: string[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = net.connect(port, "localhost", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const end = text.indexOf("\r\n\r\n");
      resolve({ status: Number(text.slice(9, 12)), headers: text.slice(0, end), body: text.slice(end + 4) });
    });
  });
}
